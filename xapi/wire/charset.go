package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	errEncoding  = errors.New("unknown encoding")
	errCharacter = errors.New("a character is not of the declared encoding")
)

// toUTF8 finds the encoding of an XML document and gives the document in
// UTF-8, without byte order mark: doc itself where possible.
func toUTF8(doc []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(doc, []byte{0xFE, 0xFF}):
		return fromUTF16(doc[2:], binary.BigEndian)
	case bytes.HasPrefix(doc, []byte{0xFF, 0xFE}):
		return fromUTF16(doc[2:], binary.LittleEndian)
	}
	doc = bytes.TrimPrefix(doc, []byte("\xEF\xBB\xBF"))
	if len(doc) < 5 || string(doc[:5]) != "<?xml" {
		return doc, nil
	}
	switch name := declaredEncoding(doc); strings.ToUpper(name) {
	case "", "UTF-8", "UTF8":
		return doc, nil
	case "ISO-8859-1", "ISO8859-1", "ISO_8859-1", "LATIN1", "LATIN-1":
		return fromLatin1(doc), nil
	case "US-ASCII", "ASCII":
		for _, c := range doc {
			if c >= 0x80 {
				return nil, errCharacter
			}
		}
		return doc, nil
	}
	return nil, errEncoding
}

// declaredEncoding reads the encoding out of the XML declaration.
func declaredEncoding(doc []byte) string {
	end := bytes.Index(doc, []byte("?>"))
	if end < 0 {
		return ""
	}
	_, rest, ok := strings.Cut(string(doc[5:end]), "encoding")
	rest = strings.TrimLeft(rest, " \t\r\n")
	if !ok || !strings.HasPrefix(rest, "=") {
		return ""
	}
	rest = strings.TrimLeft(rest[1:], " \t\r\n")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}

func fromLatin1(doc []byte) []byte {
	out := make([]byte, 0, len(doc)+len(doc)/8)
	for _, c := range doc {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

func fromUTF16(doc []byte, order binary.ByteOrder) ([]byte, error) {
	if len(doc)%2 != 0 {
		return nil, errCharacter
	}
	out := make([]byte, 0, len(doc))
	for ; len(doc) > 0; doc = doc[2:] {
		r := rune(order.Uint16(doc))
		if utf16.IsSurrogate(r) {
			if len(doc) < 4 {
				return nil, errCharacter
			}
			r = utf16.DecodeRune(r, rune(order.Uint16(doc[2:])))
			if r == utf8.RuneError {
				return nil, errCharacter
			}
			doc = doc[2:]
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}
