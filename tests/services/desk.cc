#include "tests/services/desk.h"

#include "countersign/v1/people_service.pb.h"
#include "grpcpp/impl/client_unary_call.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace countersign {
namespace {

using google::protobuf::MessageLite;
using grpc::internal::RpcMethod;

void Introduce(grpc::ClientContext& context, const std::string& as) {
  if (!as.empty()) context.AddMetadata(rpc::kDemoUserKey, as);
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
}

void TakeMetadata(const grpc::ClientContext& context, Reply& reply) {
  for (const auto& received :
       {context.GetServerInitialMetadata(), context.GetServerTrailingMetadata()}) {
    for (const auto& [key, value] : received) {
      reply.metadata.emplace(std::string(key.data(), key.size()),
                             std::string(value.data(), value.size()));
    }
  }
}

}  // namespace

Desk::Desk(ServerOptions options) : server_(Must(Server::Start(std::move(options)))) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  channel_ =
      grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(), arguments);
}

Reply Desk::Call(const std::string& as, const std::string& method,
                 const google::protobuf::Message& request) {
  Reply reply;
  reply.response = NewMessage(MethodNamed(method).output_type());
  grpc::ClientContext context;
  Introduce(context, as);
  const std::string path = PathOf(method);
  reply.status =
      grpc::internal::BlockingUnaryCall<MessageLite, MessageLite, MessageLite, MessageLite>(
          channel_.get(), RpcMethod(path.c_str(), RpcMethod::NORMAL_RPC), &context, request,
          reply.response.get());
  TakeMetadata(context, reply);
  return reply;
}

Reply Desk::CallWithBytes(const std::string& as, const std::string& path,
                          const std::string& bytes) {
  Reply reply;
  grpc::ClientContext context;
  Introduce(context, as);
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  reply.status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      channel_.get(), RpcMethod(path.c_str(), RpcMethod::NORMAL_RPC), &context, request, &response);
  grpc::Slice received;
  if (response.Valid() && response.DumpToSingleSlice(&received).ok()) {
    reply.bytes.assign(reinterpret_cast<const char*>(received.begin()), received.size());
  }
  TakeMetadata(context, reply);
  return reply;
}

void SettledDesk::ImportStaff() {
  v1::ImportPeopleRequest request;
  request.set_request_id(NextRequestId());
  request.set_file(
      "staff_key,name,job_title,team,urn,line_managers\n"
      "A1,Amina Yusuf,Teaching assistant,Key Stage 1,100001,B1\n"
      "B1,Ben Carter,Senior teaching assistant,Key Stage 1,100001,\n"
      "C1,Carol Diaz,Teaching assistant,Key Stage 2,100001,\n"
      "H1,Helen Ito,Headteacher,,100001,\n"
      "O1,Olive Kay,School business manager,,100001,\n"
      "H2,Hugo Lund,Headteacher,,100002,\n"
      "S2,Sam Moss,Teaching assistant,,100002,\n");
  ReceiptIn(Call("T1", "PeopleService.ImportPeople", request));
}

std::string SettledDesk::IdOf(const std::string& staff_key) {
  v1::GetPersonRequest request;
  request.set_staff_key(staff_key);
  const Reply reply = Call("T1", "PeopleService.GetPerson", request);
  EXPECT_TRUE(reply.ok()) << reply;
  return reply.As<v1::GetPersonResponse>().person().person_id();
}

uint64_t SettledDesk::JournalSize() {
  return Wrote("H1", "ReviewerService.AssignReviewer", plan, rules::AssignReviewer(ben))
      .head_size();
}

}  // namespace countersign
