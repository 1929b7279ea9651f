"""Small functions that use the operators one by one, so that each row of the table is compared with PyTorch."""
from typing import List, Tuple

import torch
from torch import Tensor, nn
import torch.nn.functional as F


class Interpolations(nn.Module):
    shape = [2, 5, 6]

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        return (F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False),
                F.interpolate(x, size=[7, 9], mode="bilinear", align_corners=True),
                F.interpolate(x, size=[3, 4], mode="nearest"),
                F.interpolate(x, scale_factor=[1.5, 2.0], mode="nearest"),
                F.interpolate(x, size=[7, 9], mode="bicubic", align_corners=False),
                F.interpolate(x[:, :, 0], scale_factor=2.0, mode="linear", align_corners=True),
                F.interpolate(x[:, 0].unsqueeze(1).unsqueeze(1), size=[2, 8, 3], mode="trilinear", align_corners=False))


class Paddings(nn.Module):
    shape = [2, 5, 6]

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        return (F.pad(x, [1, 2, 0, 3], value=0.5), F.pad(x, [1, 2, 1, 3], mode="reflect"),
                F.pad(x, [1, 2, 0, 3], mode="replicate"), F.pad(x, [1, 2, 2, 0], mode="circular"),
                F.pad(x, [-1, 2, 0, -1]), F.pad(x[:, 0], [2, 1], mode="reflect"))


class Indexing(nn.Module):
    shape = [4, 6]

    def __init__(self):
        super().__init__()
        self.register_buffer("order", torch.tensor([3, 0, 2]))
        self.register_buffer("columns", torch.tensor([1, 5, 4]))

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        index = x[:, :, :3].argsort(dim=1)
        return (x[:, self.order], x[:, self.order, self.columns], x[..., self.columns],
                torch.gather(x, 1, index), x.index_select(2, self.columns), torch.take_along_dim(x, x.argsort(dim=1), dim=1),
                x[:, [0, 2], 1:-1:2], x[:, :, None, -1], x.narrow(2, 1, 3))


class Scatters(nn.Module):
    shape = [3, 4]

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        index = x.argsort(dim=2)
        return (torch.zeros_like(x).scatter(2, index, x), x.scatter(2, index[:, :, :2], 1.5),
                x.scatter_add(2, index, x * 2.0), torch.zeros_like(x).scatter_(1, index.clamp(max=2), x))


class Writes(nn.Module):
    """Assignments to parts of a tensor."""
    shape = [4, 6]

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        y = torch.zeros_like(x)
        y[:, 1:3] = x[:, 0:2] * 2.0
        y[:, 0] = x[:, 3]
        y[:, :, 2] += 1.0
        y[:, 3, 4:] = -1.0
        z = x.clone()
        z[z > 0.5] = 0.0
        z[:, 1].mul_(3.0)
        w = x * 1.0
        w[..., ::2].fill_(2.0)
        return y, z, w


class Sorting(nn.Module):
    shape = [3, 7]

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        values, index = torch.sort(x, dim=-1, descending=True)
        top, at = x.topk(2, dim=1)
        low, _ = torch.topk(x, 3, dim=2, largest=False)
        return values, index, top, at, low, x.argsort(1)


class Reductions(nn.Module):
    shape = [3, 5]

    def forward(self, x: Tensor) -> Tuple[Tensor, ...]:
        return (x.sum(), x.mean((1, 2)), x.var(1), x.std(2, unbiased=False), x.norm(dim=2), torch.norm(x, p=1, dim=1),
                x.prod(2), x.amin((1, 2), keepdim=True), (x > 0).any(2), (x > -1).all(1), x.cumsum(1), x.logsumexp((1, 2)),
                x.max(), x.min(2)[1], x.flatten(1).median(1)[0], torch.var_mean(x, 2)[1], torch.count_nonzero(x > 0, dim=2),
                F.normalize(x, dim=2), F.cosine_similarity(x[:, 0], x[:, 1]), F.cosine_similarity(x, x.flip(1), dim=2), x.square().sum(2).sqrt(), torch.cumprod(x, 2))
    scripted = False


class Mathematics(nn.Module):
    shape = [2, 5]

    def forward(self, x: Tensor) -> Tuple[Tensor, ...]:
        p = x.abs() + 0.1
        u = torch.sigmoid(x) * 1.8 - 0.9
        return (torch.log2(p), torch.log10(p), torch.exp2(x), torch.trunc(x * 3), torch.frac(x * 3), torch.fmod(x * 5, 2.0),
                torch.remainder(x * 5, 2.0), torch.remainder(x * 5, p), torch.asin(u), torch.acos(u), torch.atanh(u),
                torch.asinh(x), torch.acosh(p + 1), torch.atan2(x, p), 1 - torch.erf(x), torch.lerp(x, p, 0.3),
                torch.addcmul(x, p, u, value=0.5), torch.addcdiv(x, u, p, value=2.0), p,
                torch.true_divide(x, 3), torch.floor_divide(x * 7, 2), torch.div(x * 7, p, rounding_mode="trunc"), x ** 3, 2 ** x,
                p.rsqrt(), torch.heaviside(x, p), torch.isnan(x / 0.0 - x / 0.0), torch.nan_to_num(x), torch.isinf(x / 0.0),
                torch.isfinite(x), torch.logical_xor(x > 0, p > 1), (x > 0) & (p > 1), (x > 0) | (p > 1), (x > 0) ^ (p > 1), x != p,
                torch.copysign(p, x), torch.sub(x, p, alpha=2), torch.rsub(x, 1.0), torch.special.expit(x), torch.xlogy(p, p), torch.logaddexp(x, p),
                torch.deg2rad(x), torch.rad2deg(x), torch.sinc(x), torch.sgn(x), torch.negative(x), torch.positive(x), torch.multiply(x, p),
                torch.clamp(x, -p, p), torch.minimum(x, p), torch.fmax(x, p), torch.special.logit(torch.sigmoid(x), eps=1e-6))
    scripted = False


class MoreActivations(nn.Module):
    shape = [6]

    def __init__(self):
        super().__init__()
        self.prelu = nn.PReLU()
        self.rrelu = nn.RReLU()

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([F.hardshrink(x), F.softshrink(x, 0.3), F.tanhshrink(x), F.threshold(x, 0.1, -2.0), F.glu(x),
                          self.prelu(x), self.rrelu(x), F.gelu(x, approximate="tanh"), F.softmin(x, dim=1), F.hardtanh(x, -2.0, 0.5),
                          F.logsigmoid(x * 30.0), F.softplus(x * 30.0), F.elu(x, 2.0), F.celu(x), F.relu6(x), F.selu(x)], dim=1)


class Arranging(nn.Module):
    shape = [4, 6]

    def forward(self, x: Tensor) -> Tuple[Tensor, ...]:
        a, b = torch.tensor_split(x, 2, dim=1)
        return (x.tile((1, 2, 1)), x.repeat_interleave(2, dim=1), torch.roll(x, 2, dims=2), torch.roll(x, (1, -2), (1, 2)), x.movedim(1, 2), x.swapdims(1, 2),
                torch.hstack((a, b)), torch.dstack((a, b)), x.ravel().sum(), x.unfold(2, 3, 2), x.transpose(-1, -2).mT,
                F.pixel_shuffle(x.view(-1, 4, 2, 3), 2), F.pixel_unshuffle(x.view(-1, 1, 4, 6), 2), x.fliplr(), x.rot90(1, (1, 2)), torch.diagonal(x, 0, 1, 2),
                x.tril(), x.triu(1), torch.cat([p for p in x.split(4, 2)], 2), torch.stack(x.unbind(1), -1), x.view(x.shape[0], -1).unflatten(1, (3, 8)), x.reshape(x.size(0), 2, -1).squeeze(),
                F.unfold(x.unsqueeze(1), (2, 3), stride=(1, 2), padding=1), F.channel_shuffle(x.unsqueeze(-1), 2), torch.atleast_3d(x), x.view_as(x), x.expand(x.size(0), 4, 6))
    scripted = False


class Products(nn.Module):
    shape = [3, 4]

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(4, 5))
        self.bilinear = nn.Bilinear(4, 4, 2)
        self.v = nn.Parameter(torch.randn(4))

    def forward(self, x: Tensor) -> Tuple[Tensor, ...]:
        t = x.transpose(1, 2)
        return (x @ self.w, torch.bmm(x, t), torch.einsum("bij,jk->bik", x, self.w), torch.einsum("bij,bkj", x, x), torch.einsum("...j,j->...", x, self.v),
                torch.matmul(x, self.v), self.bilinear(x, x), torch.tensordot(x, self.w, dims=1), torch.outer(self.v, self.v) + x.sum(), torch.addmm(self.w.t().matmul(self.w), self.w.t(), self.w) + x.mean(),
                torch.baddbmm(x @ t, x, t, beta=0.5, alpha=2.0), x[:, 0].mv(self.v), torch.inner(x, self.v), torch.cdist(x, x + 1.0), torch.addmv(self.v, self.w @ self.w.t(), self.v) + x[:, 0], torch.kron(self.v, self.v).sum() + x.sum((1, 2)))
    scripted = False


class Norms(nn.Module):
    shape = [4, 5, 5]

    def __init__(self):
        super().__init__()
        self.group = nn.GroupNorm(2, 4)
        self.layer = nn.LayerNorm([4, 5, 5])
        self.instance = nn.InstanceNorm2d(4)
        self.tracked = nn.InstanceNorm2d(4, affine=True, track_running_stats=True)
        self.local = nn.LocalResponseNorm(3)

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        return self.group(x), self.layer(x), self.instance(x), self.tracked(x), self.local(x)


class MorePools(nn.Module):
    shape = [2, 7, 9]

    def forward(self, x: Tensor) -> Tuple[Tensor, ...]:
        return (F.adaptive_max_pool2d(x, (3, 4)), F.adaptive_avg_pool2d(x, (None, 3)), F.avg_pool2d(x, 3, 2, 1, divisor_override=5),
                F.max_pool2d(x, 3, 2, 1, ceil_mode=True), F.avg_pool2d(x, 2, 2, 0, True), F.lp_pool2d(x, 2, 3, 2), F.max_pool2d(x, 2, dilation=2), F.adaptive_avg_pool2d(x, (2, 2)),
                F.max_pool2d(x, 2, return_indices=True)[0], F.avg_pool1d(x[:, 0], 4, 3, ceil_mode=True, count_include_pad=False), F.adaptive_max_pool1d(x[:, 0], 4))
    scripted = False


class Creation(nn.Module):
    shape = [3, 4]

    def forward(self, x: Tensor) -> Tuple[Tensor, ...]:
        b, t, d = x.shape
        grid = torch.stack(torch.meshgrid(torch.arange(t), torch.arange(d), indexing="ij"))
        return (x + torch.eye(4)[:t], x * torch.linspace(0, 1, 4), x + torch.arange(0, 1, 0.25), x + torch.arange(d), grid.float().sum(0) + x,
                x * torch.tensor([1.0, 2.0, 3.0, 4.0]), x + x.new_full((b, t, 1), 2.0), torch.ones_like(x).cumsum(2) * x, torch.full_like(x, 3.0) - x, x.new_tensor([1.0]) + x,
                torch.where(x > 0, x, torch.zeros_like(x)), torch.where(x > 0, 1.0, 0.0) + x, torch.empty_like(x).fill_(2.0) + x, torch.zeros(t, d).to(x) + x, x.double().float(), (x * 10).int().float(), (x * 4).long(),
                torch.tril(torch.ones(t, t)) @ x, torch.eye(t).bool().unsqueeze(0) & (x[:, :, :1] > 0), torch.logspace(0, 1, 4) * x, F.one_hot((x > 0).long(), 2), x.masked_fill(torch.triu(torch.ones(t, d), 1) == 1, float("-inf")).softmax(-1))
    scripted = False


class Embeddings(nn.Module):
    shape = [5]
    integers = 7

    def __init__(self):
        super().__init__()
        self.a = nn.Embedding(7, 3)
        self.bag = nn.EmbeddingBag(7, 3, mode="mean")
        self.sum = nn.EmbeddingBag(7, 2, mode="sum")

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        return self.a(x), self.bag(x), self.sum(x), F.one_hot(x, 7)


class Attentions(nn.Module):
    shape = [2, 5, 4]

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        mask = torch.ones(5, 5).tril() > 0
        return (F.scaled_dot_product_attention(x, x, x), F.scaled_dot_product_attention(x, x, x, is_causal=True),
                F.scaled_dot_product_attention(x, x * 2.0, x, attn_mask=mask))
    since = 2


class GridSamples(nn.Module):
    shape = [2, 5, 6]

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        theta = torch.tensor([[[0.8, 0.1, 0.05], [-0.2, 0.9, 0.1]]]).repeat(x.size(0), 1, 1)
        grid = F.affine_grid(theta, [x.size(0), 2, 4, 3], align_corners=False)
        return F.grid_sample(x, grid, align_corners=False), F.grid_sample(x, grid, mode="nearest", padding_mode="border", align_corners=True)
    scripted = False


class NewerNorms(nn.Module):
    shape = [3, 6]
    since = 2

    def __init__(self):
        super().__init__()
        self.rms = nn.RMSNorm(6)

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        return self.rms(x), torch.linalg.vector_norm(x, dim=2), torch.var(x, dim=1, correction=0)
    scripted = False


class Half(nn.Module):
    """Casts of the model itself to other types and back."""
    shape = [4]

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        y = self.fc(x).to(torch.float64)
        return (y * 2.0).to(x.dtype) + x.sum(1, keepdim=True).type_as(x)


MODELS = [Interpolations, Paddings, Indexing, Scatters, Writes, Sorting, Reductions, Mathematics, MoreActivations, Arranging,
          Products, Norms, MorePools, Creation, Embeddings, Attentions, GridSamples, NewerNorms, Half]
