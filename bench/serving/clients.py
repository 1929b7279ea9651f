"""Existing clients against a running learner sklearn-iris, unchanged: Triton's over gRPC and HTTP, and a stub that
grpcio-tools makes of the published proto.

clients.py triton URL GRPC, such as http://localhost:8080 localhost:18155; clients.py stub GRPC [PROTO], a file (that of
online-learning-service). Two programs: one process cannot hold the messages of both.
"""

import importlib
import pathlib
import subprocess
import sys
import tempfile

import grpc
import numpy
from grpc_tools import protoc

from teach import HOME, token

FLOWERS = numpy.float32([[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]])
MODEL = "sklearn-iris"
TOKEN = token()


def headers():
    """A new one each time: the client writes into it."""
    return {"authorization": "Bearer " + TOKEN}


def say(what, got, expected):
    print(f"{what:<58} {got}")
    if got != expected:
        sys.exit(f"{what}: {got} (expected: {expected})")


if sys.argv[1] == "triton":
    import tritonclient.grpc
    import tritonclient.http


def triton(name, module, url, **more):
    client = module.InferenceServerClient(url, **more)
    say(f"{name} live", client.is_server_live(headers=headers()), True)
    say(f"{name} ready", client.is_server_ready(headers=headers()), True)
    say(f"{name} model ready", client.is_model_ready(MODEL, headers=headers()), True)
    server = client.get_server_metadata(headers=headers())
    say(f"{name} server", server["name"] if isinstance(server, dict) else server.name, "mlaas")
    model = client.get_model_metadata(MODEL, headers=headers())
    platform = model["platform"] if isinstance(model, dict) else model.platform
    say(f"{name} platform", platform, "mlaas_linear")
    tensor = module.InferInput("input-0", [2, 4], "FP32")
    tensor.set_data_from_numpy(FLOWERS)
    answer = client.infer(MODEL, [tensor], headers=headers())
    say(f"{name} infer, raw", answer.as_numpy("label").tolist(), [1, 1])
    say(f"{name} probabilities", answer.as_numpy("probabilities").shape, (2, 3))
    wanted = [module.InferRequestedOutput("label")]
    answer = client.infer(MODEL, [tensor], outputs=wanted, request_id="7", headers=headers())
    say(f"{name} infer, one output", answer.as_numpy("label").tolist(), [1, 1])
    try:
        client.infer("nobody", [tensor], headers=headers())
        sys.exit(f"{name}: a model that is not there answered")
    except module.InferenceServerException as refused:
        print(f"{name} unknown model: {refused}")
    client.close()
    return answer


def triton_json(url):
    client = tritonclient.http.InferenceServerClient(url)
    tensor = tritonclient.http.InferInput("input-0", [2, 4], "FP32")
    tensor.set_data_from_numpy(FLOWERS, binary_data=False)
    wanted = [tritonclient.http.InferRequestedOutput("label", binary_data=False)]
    answer = client.infer(MODEL, [tensor], outputs=wanted, headers=headers())
    say("tritonclient.http infer, JSON", answer.as_numpy("label").tolist(), [1, 1])
    client.close()


def stub(address, proto):
    with tempfile.TemporaryDirectory() as folder:
        status = protoc.main(
            ["protoc", f"-I{proto.parent}", f"--python_out={folder}", f"--grpc_python_out={folder}", str(proto)]
        )
        if status:
            sys.exit(f"{proto} cannot be compiled")
        sys.path.insert(0, folder)
        messages = importlib.import_module(proto.stem + "_pb2")
        services = importlib.import_module(proto.stem + "_pb2_grpc")
    metadata = list(headers().items())
    with grpc.insecure_channel(address) as channel:
        service = services.GRPCInferenceServiceStub(channel)
        ready = service.ModelReady(messages.ModelReadyRequest(name=MODEL), metadata=metadata)
        say("generated stub ModelReady", ready.ready, True)
        model = service.ModelMetadata(messages.ModelMetadataRequest(name=MODEL), metadata=metadata)
        say("generated stub outputs", [o.name for o in model.outputs], ["label", "probabilities"])
        request = messages.ModelInferRequest(model_name=MODEL, id="7")
        tensor = request.inputs.add(name="input-0", datatype="FP32", shape=[2, 4])
        tensor.contents.fp32_contents.extend(FLOWERS.ravel().tolist())
        answer = service.ModelInfer(request, metadata=metadata, timeout=5)
        say("generated stub ModelInfer, typed", list(answer.outputs[0].contents.int64_contents), [1, 1])
        tensor.ClearField("contents")
        request.raw_input_contents.append(FLOWERS.tobytes())
        answer = service.ModelInfer(request, metadata=metadata, timeout=5)
        labels = numpy.frombuffer(answer.raw_output_contents[0], dtype="<i8").tolist()
        say("generated stub ModelInfer, raw", labels, [1, 1])
        try:
            service.ServerLive(messages.ServerLiveRequest())
            sys.exit("somebody without a token was let in")
        except grpc.RpcError as refused:
            print(f"no token: {refused.code().name} {refused.details()}")


def main():
    if sys.argv[1] == "triton":
        url = sys.argv[2].removeprefix("http://")
        triton("tritonclient.grpc", tritonclient.grpc, sys.argv[3])
        triton("tritonclient.http", tritonclient.http, url)
        triton_json(url)
    else:
        own = HOME / "online-learning-service/src/main/protobuf/open_inference_grpc.proto"
        stub(sys.argv[2], pathlib.Path(sys.argv[3]).resolve() if len(sys.argv) > 3 else own)
    print("all as expected")


if __name__ == "__main__":
    main()
