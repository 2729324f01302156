#include "parser/charset_decode.h"

namespace thresh::charset {
namespace {

// ISO-2022-JP, the one encoding of the web whose bytes mean what an escape sequence before them
// says (Encoding standard §12.2.1; the names are the standard's).
class Iso2022JpDecoder {
 public:
  Iso2022JpDecoder(std::string_view bytes, std::string* out) : bytes_(bytes), out_(out) {}

  void Decode() {
    while (at_ < bytes_.size()) {
      const auto byte = static_cast<uint8_t>(bytes_[at_]);
      if (byte == 0x1B) {
        ReadEscape();
      } else {
        DecodeByte(byte);
      }
    }
  }

 private:
  enum class State { kAscii, kRoman, kKatakana, kJis0208 };

  void Emit(char32_t code_point) {
    output_ = false;
    AppendUtf8(code_point, out_);
  }

  // ESC and two bytes. Two escapes with nothing between are an error; so is an unknown one, of
  // which only the ESC is taken.
  void ReadEscape() {
    const std::string_view sequence = bytes_.substr(at_ + 1, 2);
    if (sequence == "(B") {
      state_ = State::kAscii;
    } else if (sequence == "(J") {
      state_ = State::kRoman;
    } else if (sequence == "(I") {
      state_ = State::kKatakana;
    } else if (sequence == "$@" || sequence == "$B") {
      state_ = State::kJis0208;
    } else {
      ++at_;
      return Emit(kReplacementCharacter);
    }
    at_ += 3;
    if (output_) AppendUtf8(kReplacementCharacter, out_);
    output_ = true;
  }

  void DecodeByte(uint8_t byte) {
    ++at_;
    switch (state_) {
      case State::kAscii:
      case State::kRoman:
        return Emit(SingleByte(byte));
      case State::kKatakana:
        return Emit(byte >= 0x21 && byte <= 0x5F ? 0xFF61 + (byte - 0x21) : kReplacementCharacter);
      case State::kJis0208:
        return DecodePair(byte);
    }
  }

  char32_t SingleByte(uint8_t byte) const {
    if (byte > 0x7F || byte == 0x0E || byte == 0x0F) return kReplacementCharacter;
    if (state_ == State::kRoman && byte == 0x5C) return 0x00A5;
    if (state_ == State::kRoman && byte == 0x7E) return 0x203E;
    return byte;
  }

  // A trail byte that is none is taken with its lead byte, but for ESC, which begins an escape.
  void DecodePair(uint8_t lead) {
    const bool is_lead = lead >= 0x21 && lead <= 0x7E;
    if (!is_lead || at_ == bytes_.size() || bytes_[at_] == 0x1B) {
      return Emit(kReplacementCharacter);
    }
    const auto trail = static_cast<uint8_t>(bytes_[at_++]);
    const bool is_trail = trail >= 0x21 && trail <= 0x7E;
    const char32_t code_point = is_trail ? Jis0208Table().At(lead | 0x80, trail | 0x80) : 0;
    Emit(code_point != 0 ? code_point : kReplacementCharacter);
  }

  std::string_view bytes_;
  std::string* out_;
  size_t at_ = 0;
  State state_ = State::kAscii;
  bool output_ = false;  // an escape was the last thing read
};

}  // namespace

void DecodeIso2022Jp(std::string_view bytes, std::string* out) {
  Iso2022JpDecoder(bytes, out).Decode();
}

}  // namespace thresh::charset
