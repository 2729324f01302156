// Values as bytes, for two processes of one program: no versions, no byte order.
//
// Known: numbers, bool, enums, trivially copyable structs (which must not hold pointers), strings,
// std::pair, tuple, optional, array, and containers with insert, of all of these. For a type of
// your own, specialise Codec.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace thresh::pool {

// Bytes that are not what they should be.
class CodecError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Appends to a string.
class Writer {
 public:
  void Bytes(const void* data, size_t size) { bytes_.append(static_cast<const char*>(data), size); }
  size_t size() const { return bytes_.size(); }
  void Truncate(size_t size) { bytes_.resize(size); }
  const std::string& bytes() const& { return bytes_; }
  std::string bytes() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Takes from bytes that must outlive it, and throws CodecError when they end too early.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  const char* Bytes(size_t size) {
    if (size > bytes_.size()) throw CodecError("a value ends too early");
    const char* begin = bytes_.data();
    bytes_.remove_prefix(size);
    return begin;
  }
  size_t left() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

// How a T becomes bytes: Write(writer, value) and Read(reader).
template <class T>
struct Codec;

template <class T>
void Write(Writer& writer, const T& value) {
  Codec<T>::Write(writer, value);
}
template <class T>
T Read(Reader& reader) {
  return Codec<T>::Read(reader);
}

// The bytes of one value, and the value again, which throws CodecError. Templates over others'
// types call them by pool::, so that no function of that name beside such a type is meant.
template <class T>
std::string ToBytes(const T& value) {
  Writer writer;
  Write(writer, value);
  return std::move(writer).bytes();
}
template <class T>
T FromBytes(std::string_view bytes) {
  Reader reader(bytes);
  return Read<T>(reader);
}

// Types whose bytes are their value. Views and pointers mean nothing in another process.
template <class T>
concept Flat = (std::is_arithmetic_v<T> && !std::same_as<T, bool>) || std::is_enum_v<T> ||
               (
                   std::is_class_v<T> && std::is_trivially_copyable_v<T> &&
                   !requires(T value) { value.begin(); } &&
                   !requires(T value) { value.has_value(); } &&
                   !requires { std::tuple_size<T>::value; });

template <Flat T>
struct Codec<T> {
  static void Write(Writer& writer, const T& value) { writer.Bytes(&value, sizeof value); }
  static T Read(Reader& reader) {
    std::array<char, sizeof(T)> bytes;
    std::memcpy(bytes.data(), reader.Bytes(sizeof(T)), sizeof(T));
    return std::bit_cast<T>(bytes);
  }
};

// Not flat: a byte that is neither 0 nor 1 is no bool.
template <>
struct Codec<bool> {
  static void Write(Writer& writer, bool value) { Codec<uint8_t>::Write(writer, value ? 1 : 0); }
  static bool Read(Reader& reader) { return Codec<uint8_t>::Read(reader) != 0; }
};

template <>
struct Codec<std::string> {
  static void Write(Writer& writer, std::string_view value) {
    Codec<uint64_t>::Write(writer, value.size());
    writer.Bytes(value.data(), value.size());
  }
  static std::string Read(Reader& reader) {
    const size_t size = Codec<uint64_t>::Read(reader);
    const char* begin = reader.Bytes(size);
    return std::string(begin, size);
  }
};

template <class T>
struct Codec<std::optional<T>> {
  static void Write(Writer& writer, const std::optional<T>& value) {
    Codec<bool>::Write(writer, value.has_value());
    if (value) Codec<T>::Write(writer, *value);
  }
  static std::optional<T> Read(Reader& reader) {
    if (!Codec<bool>::Read(reader)) return std::nullopt;
    return Codec<T>::Read(reader);
  }
};

template <class First, class Second>
struct Codec<std::pair<First, Second>> {
  using Pair = std::pair<First, Second>;
  static void Write(Writer& writer, const Pair& value) {
    Codec<std::remove_const_t<First>>::Write(writer, value.first);
    Codec<Second>::Write(writer, value.second);
  }
  static Pair Read(Reader& reader) {
    // Braces evaluate from left to right.
    return Pair{Codec<std::remove_const_t<First>>::Read(reader), Codec<Second>::Read(reader)};
  }
};

template <class... Ts>
struct Codec<std::tuple<Ts...>> {
  static void Write(Writer& writer, const std::tuple<Ts...>& value) {
    std::apply([&](const Ts&... parts) { (Codec<Ts>::Write(writer, parts), ...); }, value);
  }
  static std::tuple<Ts...> Read([[maybe_unused]] Reader& reader) {
    return std::tuple<Ts...>{Codec<Ts>::Read(reader)...};
  }
};

template <class T, size_t kSize>
struct Codec<std::array<T, kSize>> {
  static void Write(Writer& writer, const std::array<T, kSize>& value) {
    for (const T& item : value) Codec<T>::Write(writer, item);
  }
  static std::array<T, kSize> Read(Reader& reader) {
    return ReadItems(reader, std::make_index_sequence<kSize>());
  }

 private:
  template <size_t... kIndex>
  static std::array<T, kSize> ReadItems(Reader& reader, std::index_sequence<kIndex...>) {
    return {((void)kIndex, Codec<T>::Read(reader))...};
  }
};

// std::vector, list, map, set and their kin.
template <class T>
concept Container = requires(T container, typename T::value_type item) {
  container.insert(container.end(), std::move(item));
  { container.size() } -> std::convertible_to<size_t>;
}
&&!std::same_as<T, std::string>;

template <Container T>
struct Codec<T> {
  using Item = typename T::value_type;
  static constexpr bool kBlock = Flat<Item> && requires(T container) {
    container.data();
    container.resize(1);
  };

  static void Write(Writer& writer, const T& value) {
    Codec<uint64_t>::Write(writer, value.size());
    if constexpr (kBlock) {
      writer.Bytes(value.data(), value.size() * sizeof(Item));
    } else {
      for (const Item& item : value) Codec<Item>::Write(writer, item);
    }
  }
  static T Read(Reader& reader) {
    const size_t count = Codec<uint64_t>::Read(reader);
    // An item takes a byte at least, so that no count makes us wait or allocate without end.
    if (count > reader.left() / (kBlock ? sizeof(Item) : 1)) {
      throw CodecError("a container is longer than its bytes");
    }
    T value;
    if constexpr (kBlock) {
      value.resize(count);
      if (count > 0)
        std::memcpy(value.data(), reader.Bytes(count * sizeof(Item)), count * sizeof(Item));
    } else {
      for (size_t i = 0; i < count; ++i) value.insert(value.end(), Codec<Item>::Read(reader));
    }
    return value;
  }
};

}  // namespace thresh::pool
