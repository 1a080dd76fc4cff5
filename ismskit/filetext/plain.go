package filetext

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// plain reads text: UTF-16 where a mark says so, else UTF-8, else Big5 as older programs
// here write it. False is for what is none of them.
func plain(data []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return decoded(data, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM))
	case utf8.Valid(data):
		return string(data), !binary(data)
	case binary(data):
		return "", false
	}
	return decoded(data, traditionalchinese.Big5)
}

func decoded(data []byte, e encoding.Encoding) (string, bool) {
	out, err := e.NewDecoder().Bytes(data)
	return string(out), err == nil && !binary(out) && !bytes.ContainsRune(out, utf8.RuneError)
}

// binary says that something holds what no text has.
func binary(data []byte) bool {
	return bytes.ContainsFunc(data, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != '\v' && r != 0x1a && r != 0x1b
	})
}
