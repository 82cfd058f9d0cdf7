// Serves icds.bench.v1.Peer with gRPC C++'s callback API, as its documentation recommends, over TLS
// on a free port of the loopback; prints {"port": N} and runs until it is killed.
//
//     grpc-cpp-peer <certificate chain, PEM> <key, PEM>

#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include <grpcpp/grpcpp.h>

#include "peer.grpc.pb.h"

namespace {

using grpc::CallbackServerContext;
using icds::bench::v1::EchoRequest;
using icds::bench::v1::EchoResponse;
using icds::bench::v1::Peer;
using icds::bench::v1::StreamRequest;
using icds::bench::v1::StreamResponse;

// Sends one message again and again; gRPC asks for the next when it has taken the one before.
class Streamer final : public grpc::ServerWriteReactor<StreamResponse> {
public:
    explicit Streamer(const StreamRequest& request) : left_(request.count()) {
        message_.set_payload(std::string(request.bytes(), '\7'));
        next();
    }

    void OnWriteDone(bool ok) override {
        if (!ok) {
            Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the peer has gone"));
            return;
        }
        next();
    }

    void OnDone() override { delete this; }

private:
    void next() {
        if (left_ == 0) {
            Finish(grpc::Status::OK);
            return;
        }
        left_ -= 1;
        StartWrite(&message_);
    }

    uint32_t left_;
    StreamResponse message_;
};

class PeerService final : public Peer::CallbackService {
    grpc::ServerUnaryReactor* Echo(
        CallbackServerContext* context, const EchoRequest* request,
        EchoResponse* response) override {
        response->set_text(request->text());
        response->set_payload(request->payload());
        auto* reactor = context->DefaultReactor();
        reactor->Finish(grpc::Status::OK);
        return reactor;
    }

    grpc::ServerWriteReactor<StreamResponse>* Stream(
        CallbackServerContext*, const StreamRequest* request) override {
        return new Streamer(*request);
    }
};

std::string contents(const char* path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) {
        std::cerr << "usage: grpc-cpp-peer CERTIFICATE KEY\n";
        return 2;
    }
    grpc::SslServerCredentialsOptions tls;
    tls.pem_key_cert_pairs.push_back({contents(words[2]), contents(words[1])});
    PeerService service;
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
    builder.RegisterService(&service);
    auto server = builder.BuildAndStart();
    if (!server || port == 0) return 1;
    std::cout << "{\"port\": " << port << "}" << std::endl;
    server->Wait();
}
