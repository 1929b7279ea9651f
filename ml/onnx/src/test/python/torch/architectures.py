"""Well-known architectures with the operators of the originals and widths of a few channels."""
import math
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor, nn
import torch.nn.functional as F


class BasicBlock(nn.Module):
    def __init__(self, channels: int, out: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = None
        if stride != 1 or channels != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class Bottleneck(nn.Module):
    def __init__(self, channels: int, out: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.conv3 = nn.Conv2d(out, out * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out * 4)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or channels != out * 4:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out * 4, 1, stride, bias=False), nn.BatchNorm2d(out * 4))

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class ResNet(nn.Module):
    """He et al. (2015), with torchvision's order of layers."""
    shape = [3, 17, 17]

    def __init__(self, bottleneck: bool, layers: List[int]):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 2, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        stages = []
        channels = 2
        for i, n in enumerate(layers):
            blocks = []
            for k in range(n):
                out = 2 + i // 2
                stride = 2 if i > 0 and k == 0 else 1
                blocks.append(Bottleneck(channels, out, stride) if bottleneck else BasicBlock(channels, out, stride))
                channels = out * 4 if bottleneck else out
            stages.append(nn.Sequential(*blocks))
        self.layer1, self.layer2, self.layer3, self.layer4 = stages
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(channels, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class ResNet18(ResNet):
    def __init__(self):
        super().__init__(False, [2, 2, 2, 2])


class ResNet50(ResNet):
    def __init__(self):
        super().__init__(True, [3, 4, 6, 3])


class InvertedResidual(nn.Module):
    def __init__(self, channels: int, out: int, stride: int, expand: int):
        super().__init__()
        hidden = channels * expand
        self.use_res_connect = stride == 1 and channels == out
        self.conv = nn.Sequential(
            nn.Conv2d(channels, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6(inplace=True),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False), nn.BatchNorm2d(hidden),
            nn.ReLU6(inplace=True), nn.Conv2d(hidden, out, 1, bias=False), nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        if self.use_res_connect:
            return x + self.conv(x)
        return self.conv(x)


class MobileNetV2(nn.Module):
    """Sandler et al. (2018)."""
    shape = [3, 20, 20]

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU6(inplace=True),
            InvertedResidual(4, 4, 1, 2), InvertedResidual(4, 6, 2, 2), InvertedResidual(6, 6, 1, 2))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(6, 4))

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = nn.functional.adaptive_avg_pool2d(x, (1, 1)).reshape(x.shape[0], -1)
        return self.classifier(x)


class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, 2, 1)
        self.fc2 = nn.Conv2d(2, channels, 1)
        self.activation = nn.ReLU()
        self.scale_activation = nn.Hardsigmoid()

    def _scale(self, x: Tensor) -> Tensor:
        return self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(x)))))

    def forward(self, x: Tensor) -> Tensor:
        return self._scale(x) * x


class MobileNetV3(nn.Module):
    """Howard et al. (2019)."""
    shape = [3, 20, 20]

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4, eps=0.001, momentum=0.01), nn.Hardswish(inplace=True),
            nn.Conv2d(4, 4, 5, 2, 2, groups=4, bias=False), nn.BatchNorm2d(4), nn.Hardswish(), SqueezeExcitation(4),
            nn.Conv2d(4, 6, 1, bias=False), nn.BatchNorm2d(6))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Linear(6, 8), nn.Hardswish(inplace=True), nn.Dropout(0.2, inplace=True), nn.Linear(8, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class Vgg(nn.Module):
    """Simonyan and Zisserman (2014)."""
    shape = [3, 18, 18]

    def __init__(self):
        super().__init__()
        layers: List[nn.Module] = []
        channels = 3
        for v in [2, 0, 3, 3, 0]:
            layers += [nn.MaxPool2d(2, 2)] if v == 0 else [nn.Conv2d(channels, v, 3, padding=1), nn.BatchNorm2d(v), nn.ReLU(True)]
            channels = v or channels
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((3, 3))
        self.classifier = nn.Sequential(nn.Linear(27, 8), nn.ReLU(True), nn.Dropout(), nn.Linear(8, 4))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class DoubleConv(nn.Module):
    def __init__(self, channels: int, out: int):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(channels, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True),
            nn.Conv2d(out, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True))

    def forward(self, x: Tensor) -> Tensor:
        return self.double_conv(x)


class UNetBilinear(nn.Module):
    """Ronneberger et al. (2015) with bilinear upsampling and the usual padding to the skip's size."""
    shape = [1, 13, 13]

    def __init__(self):
        super().__init__()
        self.inc = DoubleConv(1, 2)
        self.down1 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(2, 3))
        self.down2 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(3, 3))
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv1 = DoubleConv(6, 2)
        self.conv2 = DoubleConv(4, 2)
        self.outc = nn.Conv2d(2, 2, 1)

    def join(self, a: Tensor, b: Tensor) -> Tensor:
        a = self.up(a)
        dy = b.size()[2] - a.size()[2]
        dx = b.size()[3] - a.size()[3]
        a = F.pad(a, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return torch.cat([b, a], dim=1)

    def forward(self, x: Tensor) -> Tensor:
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        y = self.conv1(self.join(x3, x2))
        y = self.conv2(self.join(y, x1))
        return self.outc(y)


class YoloHead(nn.Module):
    """Boxes of one scale as YOLOv3 (Redmon and Farhadi, 2018) decodes them: grid offsets, anchors, scores."""
    shape = [4, 3, 5]

    def __init__(self):
        super().__init__()
        self.stride = 8.0
        self.conv = nn.Conv2d(4, 2 * 7, 1)
        self.register_buffer("anchors", torch.tensor([[10.0, 13.0], [33.0, 23.0]]))

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        p = self.conv(x)
        b, _, ny, nx = p.shape
        p = p.view(b, 2, 7, ny, nx).permute(0, 1, 3, 4, 2).contiguous()
        yv, xv = torch.meshgrid([torch.arange(ny), torch.arange(nx)])
        grid = torch.stack((xv, yv), 2).view(1, 1, ny, nx, 2).float()
        y = p.sigmoid()
        xy = (y[..., 0:2] * 2.0 - 0.5 + grid) * self.stride
        wh = (y[..., 2:4] * 2.0) ** 2 * self.anchors.view(1, 2, 1, 1, 2)
        boxes = torch.cat((xy, wh, y[..., 4:]), -1).view(b, -1, 7)
        scores, labels = (boxes[..., 5:] * boxes[..., 4:5]).max(-1)
        return boxes, scores


class YoloInPlace(nn.Module):
    """The same decoding as YOLOv5 wrote it first: the parts are overwritten in place."""
    shape = [4, 3, 5]

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 2 * 6, 1)

    def forward(self, x: Tensor) -> Tensor:
        p = self.conv(x)
        b, _, ny, nx = p.shape
        y = p.view(b, 2, 6, ny, nx).permute(0, 1, 3, 4, 2).contiguous().sigmoid()
        y[..., 0:2] = (y[..., 0:2] * 2.0 - 0.5) * 8.0
        y[..., 2:4] = (y[..., 2:4] * 2.0) ** 2
        y[:, 0, :, :, 5] = 1.0
        return y.view(b, -1, 6)


class LstmForecaster(nn.Module):
    shape = [9, 3]

    def __init__(self):
        super().__init__()
        self.hidden = 4
        self.lstm = nn.LSTM(3, 4, 2, batch_first=True)
        self.fc = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        h0 = torch.zeros(2, x.size(0), self.hidden).to(x.device)
        c0 = torch.zeros(2, x.size(0), self.hidden, device=x.device, dtype=x.dtype)
        out, _ = self.lstm(x, (h0, c0))
        return self.fc(out[:, -1, :])


class GruSeq2Seq(nn.Module):
    """Encoder, then a decoder that feeds its output back for five steps."""
    shape = [8, 2]

    def __init__(self):
        super().__init__()
        self.encoder = nn.GRU(2, 4, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(8, 4)
        self.cell = nn.GRUCell(2, 4)
        self.head = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        _, h = self.encoder(x)
        state = torch.tanh(self.bridge(torch.cat([h[-2], h[-1]], dim=1)))
        step = x[:, -1]
        outputs: List[Tensor] = []
        for k in range(5):
            state = self.cell(step, state)
            step = self.head(state)
            outputs.append(step)
        return torch.stack(outputs, dim=1)


class LstmCells(nn.Module):
    shape = [4, 3]

    def __init__(self):
        super().__init__()
        self.a = nn.LSTMCell(3, 5)
        self.b = nn.RNNCell(5, 2)
        self.c = nn.RNNCell(2, 2, nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        h = x.new_zeros(x.size(0), 5)
        c = torch.zeros_like(h)
        last = torch.zeros(x.shape[0], 2)
        for t in range(4):
            h, c = self.a(x[:, t], (h, c))
            last = self.c(self.b(h), last)
        return torch.cat([last, c], 1)


class LstmProjected(nn.Module):
    shape = [6, 3]

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 5, 2, batch_first=True, proj_size=2, bidirectional=True)

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        y, (h, c) = self.lstm(x)
        return y, h.transpose(0, 1), c.transpose(0, 1)


class TimeFirstGru(nn.Module):
    shape = [3, 6]

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4, num_layers=2, bias=False)
        self.norm = nn.LayerNorm(4, elementwise_affine=False)

    def forward(self, x: Tensor) -> Tensor:
        y, h = self.gru(x.permute(2, 0, 1))
        return self.norm(y).transpose(0, 1) + h[1].unsqueeze(1)


class Chomp(nn.Module):
    def __init__(self, size: int):
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, :-self.size].contiguous()


class TcnBlocks(nn.Module):
    """Bai et al. (2018): dilated causal convolutions, residual blocks."""
    shape = [2, 18]

    def __init__(self):
        super().__init__()
        blocks = []
        self.ones = nn.ModuleList()
        for i in range(3):
            channels = 2 if i == 0 else 4
            pad = 2 * 2 ** i
            blocks.append(nn.Sequential(
                nn.Conv1d(channels, 4, 3, padding=pad, dilation=2 ** i), Chomp(pad), nn.ReLU(), nn.Dropout(0.1),
                nn.Conv1d(4, 4, 3, padding=pad, dilation=2 ** i), Chomp(pad), nn.ReLU(), nn.Dropout(0.1)))
            self.ones.append(nn.Conv1d(channels, 4, 1) if channels != 4 else nn.Identity())
        self.blocks = nn.ModuleList(blocks)
        self.fc = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        for block, one in zip(self.blocks, self.ones):
            x = F.relu(block(x) + one(x))
        return self.fc(x.mean(-1))


class ConvVae(nn.Module):
    """Kingma and Welling (2013): in inference the mean is decoded."""
    shape = [1, 12, 12]

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(3, 4, 4, 2, 1), nn.LeakyReLU(0.2))
        self.mu = nn.Linear(36, 3)
        self.log_var = nn.Linear(36, 3)
        self.project = nn.Linear(3, 36)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(4, 3, 3, 2, 1, output_padding=1), nn.BatchNorm2d(3), nn.ReLU(),
            nn.ConvTranspose2d(3, 1, 4, 2, 1, groups=1), nn.Sigmoid())

    def reparameterize(self, mu: Tensor, log_var: Tensor) -> Tensor:
        if self.training:
            return mu + torch.randn_like(mu) * torch.exp(0.5 * log_var)
        return mu

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        h = self.encoder(x).flatten(1)
        mu, log_var = self.mu(h), self.log_var(h)
        z = self.reparameterize(mu, log_var)
        return self.decoder(self.project(z).view(-1, 4, 3, 3)), mu, log_var


class TransformerForecaster(nn.Module):
    """Vaswani et al. (2017): encoder with sinusoidal positions and a causal mask."""
    shape = [6, 3]

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(3, 8)
        position = torch.arange(10).unsqueeze(1)
        div = torch.exp(torch.arange(0, 8, 2) * (-math.log(10000.0) / 8))
        pe = torch.zeros(10, 8)
        pe[:, 0::2] = torch.sin(position * div)
        pe[:, 1::2] = torch.cos(position * div)
        self.register_buffer("pe", pe)
        layer = nn.TransformerEncoderLayer(8, 2, 12, dropout=0.1, activation="gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(8), enable_nested_tensor=False)
        self.head = nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        t = x.size(1)
        mask = torch.triu(torch.full((t, t), float("-inf")), diagonal=1)
        y = self.embed(x) * math.sqrt(8) + self.pe[:t]
        y = self.encoder(y, mask=mask)
        return self.head(y[:, -1])


class TransformerClassifier(nn.Module):
    """Encoder over tokens whose padding is masked, as in text classification."""
    shape = [7]
    integers = 9

    def __init__(self):
        super().__init__()
        self.token = nn.Embedding(9, 8, padding_idx=0)
        self.position = nn.Embedding(16, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)
        self.fc = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        pad = x == 8
        y = self.token(x) + self.position(torch.arange(x.size(1), device=x.device))
        y = self.encoder(y, src_key_padding_mask=pad)
        keep = (~pad).unsqueeze(-1).float()
        return self.fc((y * keep).sum(1) / keep.sum(1).clamp(min=1.0))


class Seq2SeqTransformer(nn.Module):
    """Encoder and decoder layers with cross attention."""
    shape = [6, 4]

    def __init__(self):
        super().__init__()
        self.up = nn.Linear(4, 8)
        self.encoder = nn.TransformerEncoderLayer(8, 2, 12, batch_first=True)
        self.decoder = nn.TransformerDecoderLayer(8, 2, 12, batch_first=True)
        self.head = nn.Linear(8, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.up(x)
        memory = self.encoder(y)
        return self.head(self.decoder(y[:, :3], memory))


class MultiHead(nn.Module):
    shape = [5, 6]

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 3, batch_first=True)
        self.cross = nn.MultiheadAttention(6, 2, kdim=4, vdim=4, batch_first=True)
        self.narrow = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        y, weights = self.attention(x, x, x)
        k = self.narrow(x)
        z, _ = self.cross(y, k, k, need_weights=False)
        return z, weights


class Dqn(nn.Module):
    """Mnih et al. (2015), dueling as Wang et al. (2016)."""
    shape = [2, 20, 20]

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(2, 3, 8, stride=4), nn.ReLU(), nn.Conv2d(3, 4, 4, stride=2), nn.ReLU(), nn.Flatten())
        self.value = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
        self.advantage = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5))

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        h = self.features(x / 255.0)
        a = self.advantage(h)
        q = self.value(h) + a - a.mean(1, keepdim=True)
        return q, q.argmax(dim=1)


class PpoPolicy(nn.Module):
    """Schulman et al. (2017): a Gaussian policy with its value; actions are the mean, squashed and scaled."""
    shape = [5]

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.randn(5))
        self.register_buffer("var", torch.rand(5) + 0.5)
        self.actor = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh())
        self.mu = nn.Linear(8, 2)
        self.log_std = nn.Parameter(torch.zeros(2) - 0.5)
        self.critic = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        x = torch.clamp((x - self.mean) / torch.sqrt(self.var + 1e-8), -10.0, 10.0)
        mu = torch.tanh(self.mu(self.actor(x)))
        std = self.log_std.clamp(-20, 2).exp().expand_as(mu)
        log_prob = (-0.5 * ((mu / std) ** 2) - std.log() - 0.5 * math.log(2 * math.pi)).sum(-1)
        return mu, self.critic(x).squeeze(-1), log_prob


class Discrete(nn.Module):
    """A categorical policy: probabilities, entropy, the mode as a one-hot vector."""
    shape = [4]

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 6), nn.ELU(), nn.Linear(6, 3))

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        logits = self.net(x)
        logits = logits - logits.logsumexp(dim=-1, keepdim=True)
        p = F.softmax(logits, dim=-1)
        entropy = -(torch.clamp(logits, min=-1e30) * p).sum(-1)
        return p, entropy, F.one_hot(p.argmax(-1), 3).float()


class WaveNet(nn.Module):
    """Gated dilated convolutions, van den Oord et al. (2016)."""
    shape = [1, 16]

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(1, 3, 1)
        self.dilated = nn.ModuleList([nn.Conv1d(3, 6, 2, dilation=2 ** i) for i in range(3)])
        self.ones = nn.ModuleList([nn.Conv1d(3, 3, 1) for _ in range(3)])
        self.last = nn.Conv1d(3, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        skip = torch.zeros_like(x)
        for i, (dilated, one) in enumerate(zip(self.dilated, self.ones)):
            y = F.glu(dilated(F.pad(x, [dilated.dilation[0], 0])), dim=1)
            y = one(y)
            skip = skip + y
            x = x + y
        return self.last(F.relu(skip))


class NBeats(nn.Module):
    """Oreshkin et al. (2019): blocks subtract their backcast, add their forecast."""
    shape = [10]

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Sequential(nn.Linear(10, 8), nn.ReLU(), nn.Linear(8, 13)) for _ in range(2)])

    def forward(self, x: Tensor) -> Tensor:
        forecast = torch.zeros(x.shape[0], 3, dtype=x.dtype, device=x.device)
        residual = x
        for block in self.blocks:
            backcast, ahead = torch.split(block(residual), [10, 3], dim=-1)
            residual = residual - backcast
            forecast += ahead
        return forecast


class ShuffleNet(nn.Module):
    """Ma et al. (2018): channel split and shuffle."""
    shape = [4, 7, 7]

    def __init__(self):
        super().__init__()
        self.branch = nn.Sequential(nn.Conv2d(2, 2, 3, 1, 1, groups=2, bias=False), nn.BatchNorm2d(2), nn.Conv2d(2, 2, 1), nn.SiLU())

    def forward(self, x: Tensor) -> Tensor:
        x1, x2 = x.chunk(2, dim=1)
        out = torch.cat((x1, self.branch(x2)), dim=1)
        b, c, h, w = out.size()
        return out.view(b, 2, c // 2, h, w).transpose(1, 2).contiguous().view(b, c, h, w)


class ConvNext(nn.Module):
    """Liu et al. (2022): depthwise 7x7, layer norm over channels, inverted bottleneck, layer scale."""
    shape = [3, 9, 9]

    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(3, 3, 7, padding=3, groups=3)
        self.norm = nn.LayerNorm(3, eps=1e-6)
        self.up = nn.Linear(3, 6)
        self.down = nn.Linear(6, 3)
        self.gamma = nn.Parameter(torch.full((3,), 0.3))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.down(F.gelu(self.up(y), approximate="tanh")) * self.gamma
        return x + y.permute(0, 3, 1, 2)


class VisionTransformer(nn.Module):
    """Dosovitskiy et al. (2020): patches, a class token, positions, pre-norm blocks."""
    shape = [1, 8, 8]

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(1, 8, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 8))
        self.positions = nn.Parameter(torch.randn(1, 5, 8))
        self.norm1 = nn.LayerNorm(8)
        self.qkv = nn.Linear(8, 24)
        self.out = nn.Linear(8, 8)
        self.norm2 = nn.LayerNorm(8)
        self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.positions
        b, n, c = x.shape
        qkv = self.qkv(self.norm1(x)).reshape(b, n, 3, 2, c // 2).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        attention = ((q @ k.transpose(-2, -1)) * 0.5).softmax(dim=-1)
        x = x + self.out((attention @ v).transpose(1, 2).reshape(b, n, c))
        x = x + self.mlp(self.norm2(x))
        return self.head(x[:, 0])


class Conv3dNet(nn.Module):
    shape = [1, 6, 6, 6]

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(1, 2, 3, padding=1)
        self.bn = nn.BatchNorm3d(2)
        self.up = nn.ConvTranspose3d(2, 1, 2, stride=2)
        self.instance = nn.InstanceNorm3d(2)

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        y = F.avg_pool3d(F.relu(self.bn(self.conv(x))), 2)
        z = F.max_pool3d(self.instance(y), 2, stride=1)
        return self.up(y), F.adaptive_avg_pool3d(z, 1).flatten(1)


class Autoencoder1d(nn.Module):
    shape = [2, 15]

    def __init__(self):
        super().__init__()
        self.down = nn.Conv1d(2, 4, 5, stride=2, padding=2, padding_mode="circular")
        self.up = nn.ConvTranspose1d(4, 4, 4, stride=2, padding=1, groups=2, dilation=1)
        self.fix = nn.Conv1d(4, 2, 3, padding=1, padding_mode="reflect")

    def forward(self, x: Tensor) -> Tensor:
        y = self.up(F.softplus(self.down(x)))
        return self.fix(F.interpolate(y, size=15, mode="linear", align_corners=False))


class EarlyReturn(nn.Module):
    """Scripted control flow: early returns, loops with a condition, optional and dictionary arguments."""
    shape = [3, 4]
    traced = False

    def __init__(self):
        super().__init__()
        self.mode = "mean"
        self.layers = nn.ModuleDict({"a": nn.Linear(4, 4), "b": nn.Linear(4, 4)})
        self.scale: Optional[float] = None
        self.sizes: Dict[str, int] = {"a": 2, "b": 1}

    def pool(self, x: Tensor, mode: Optional[str] = None) -> Tensor:
        if mode is None:
            mode = self.mode
        if mode == "max":
            return x.max(dim=1)[0]
        elif mode == "mean":
            return x.mean(dim=1)
        else:
            raise ValueError("mode: " + mode)

    def forward(self, x: Tensor) -> Tensor:
        assert x.dim() == 3, "expected 3 axes"
        parts: List[Tensor] = []
        for name, layer in self.layers.items():
            y = layer(x)
            for i in range(self.sizes[name]):
                y = torch.relu(y) if i > 0 else torch.tanh(y)
            parts.append(self.pool(y, "max" if name == "a" else None))
        i = 0
        total = torch.zeros_like(parts[0])
        while True:
            if i >= len(parts):
                break
            total = total + parts[i] * float(i + 1)
            i += 1
        scale = self.scale
        if scale is not None:
            total = total * scale
        n, m = x.shape[1:]
        if n > m or (n == 3 and not self.training):
            return total
        return -total


MODELS = [ResNet18, ResNet50, MobileNetV2, MobileNetV3, Vgg, UNetBilinear, YoloHead, YoloInPlace, LstmForecaster, GruSeq2Seq, LstmCells,
          LstmProjected, TimeFirstGru, TcnBlocks, ConvVae, TransformerForecaster, TransformerClassifier,
          Seq2SeqTransformer, MultiHead, Dqn, PpoPolicy, Discrete, WaveNet, NBeats, ShuffleNet, ConvNext,
          VisionTransformer, Conv3dNet, Autoencoder1d, EarlyReturn]
