// JSON in pages, and pointers into it.
#include <nlohmann/json.hpp>

#include "parser/charset.h"
#include "parser/json.h"
#include "parser/json_reach.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {"/items/0/name\n{\"items\":[{\"name\":\"a\",\"price\":1.5e3},null,true]}",
          "/a~1b\nwindow.X = {\"a/b\": \"\\u00e4\\ud83d\\ude00\"};", "\n[[[[[[[[[[1]]]]]]]]]]",
          "/x\n{\"x\":\"\\ud800\",\"y\":-0.0,\"z\":1e999,\"x\":2}",
          "/0\n[\"a\\\"b\", \"unfinished"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  FuzzInput input(data, size);
  const std::string_view pointer = input.Line();
  const std::string text = CopyAsValidUtf8(input.Rest());
  std::string error;
  size_t offset = 0;
  const bool good_pointer = CheckJsonPointer(pointer, &error, &offset);
  Require(good_pointer || offset <= pointer.size(), "an error is within the pointer");
  for (const auto& value : {ParseJson(text), FirstJson(text)}) {
    if (!value) continue;
    if (good_pointer) ResolveJsonPointer(*value, pointer);
    Require(ParseJson(JsonText(*value)).has_value() || value->is_string(),
            "what is written out can be read");
  }
  return 0;
}
