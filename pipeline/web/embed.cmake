# Makes a C++ source of files: cmake -DOUTPUT=FILE -DSTYLE=FILE -DSCRIPT=FILE -P embed.cmake

# A file as a list of bytes, so that no compiler's limit on string literals matters.
function(append_file name file)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
  file(SHA256 ${file} digest)
  to_base64(${digest} hash)
  string(APPEND source "constexpr unsigned char k${name}Bytes[] = {\n${bytes}};\n\n")
  string(APPEND definitions "const WebFile k${name} = {View(k${name}Bytes), \"${hash}\"};\n")
  set(source "${source}" PARENT_SCOPE)
  set(definitions "${definitions}" PARENT_SCOPE)
endfunction()

# Hex digits to base64 (RFC 4648 §4), three digits to two characters.
function(to_base64 hex result)
  set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  string(LENGTH ${hex} length)
  math(EXPR missing "(6 - ${length} % 6) % 6")
  string(REPEAT "0" ${missing} zeros)
  string(REGEX MATCHALL "..." triples "${hex}${zeros}")
  set(text "")
  foreach(triple IN LISTS triples)
    math(EXPR high "0x${triple} >> 6")
    math(EXPR low "0x${triple} & 63")
    string(SUBSTRING ${alphabet} ${high} 1 first)
    string(SUBSTRING ${alphabet} ${low} 1 second)
    string(APPEND text "${first}${second}")
  endforeach()
  math(EXPR padding "${missing} / 2")
  string(LENGTH ${text} length)
  math(EXPR kept "${length} - ${padding}")
  string(SUBSTRING ${text} 0 ${kept} text)
  string(REPEAT "=" ${padding} equals)
  set(${result} "${text}${equals}" PARENT_SCOPE)
endfunction()

set(source "")
set(definitions "")
append_file(StyleSheet ${STYLE})
append_file(Script ${SCRIPT})
file(WRITE ${OUTPUT} "#include \"pipeline/web_files.h\"

namespace thresh {
namespace {

${source}template <size_t size>
std::string_view View(const unsigned char (&bytes)[size]) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

${definitions}
}  // namespace thresh
")
