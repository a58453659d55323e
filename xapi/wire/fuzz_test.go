package wire

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// encoded writes a decoded value as an XML-RPC call would hold it.
func encoded(b *strings.Builder, v Value) {
	b.WriteString("<value>")
	switch x := v.(type) {
	case Array:
		b.WriteString("<array><data>")
		for _, e := range x {
			encoded(b, e)
		}
		b.WriteString("</data></array>")
	case *Struct:
		b.WriteString("<struct>")
		for _, m := range x.Members {
			b.WriteString("<member><name>" + string(appendEscaped(nil, XML, m.Name)) + "</name>")
			encoded(b, m.Value)
			b.WriteString("</member>")
		}
		b.WriteString("</struct>")
	case Date:
		b.WriteString("<dateTime.iso8601>" + string(appendEscaped(nil, XML, string(x))) + "</dateTime.iso8601>")
	case string:
		b.WriteString("<string>" + string(appendEscaped(nil, XML, x)) + "</string>")
	}
	b.WriteString("</value>")
}

// plainValue reports whether a value consists of what encoded writes, with
// text that XML can hold.
func plainValue(v Value) bool {
	switch x := v.(type) {
	case Array:
		for _, e := range x {
			if !plainValue(e) {
				return false
			}
		}
		return true
	case *Struct:
		for _, m := range x.Members {
			if !plainText(m.Name) || !plainValue(m.Value) {
				return false
			}
		}
		return true
	case Date:
		return plainText(string(x))
	case string:
		return plainText(x)
	}
	return false
}

func plainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF
	})
}

// FuzzDecodeXML: nothing makes the decoder panic or pass its limits, and what
// it decodes is decoded to the same again when it is written anew.
func FuzzDecodeXML(f *testing.F) {
	for _, seed := range []string{
		xmlCall,
		inCall("<value><struct><member><name>a</name><value><i4>1</i4></value></member></struct></value>"),
		inCall("<value><array><data><value><double>1.5</double></value><value><boolean>1</boolean></value></data></array></value>"),
		inCall("<value><dateTime.iso8601>20260131T23:59:58Z</dateTime.iso8601></value>"),
		inCall("<value><base64>aGk=</base64></value>"),
		inCall("<value>&lt;&amp;&#65;&#x42;<![CDATA[<x>]]></value>"),
		inCall("<value><nil/></value>"), "<methodCall/>", "", "<", strings.Repeat("<array><data><value>", 100),
	} {
		f.Add(seed)
	}
	limits := Limits{Body: 1 << 16, Depth: 16, Values: 1000}
	f.Fuzz(func(t *testing.T, doc string) {
		req, err := DecodeXML(strings.NewReader(doc), int64(len(doc)), limits)
		if err != nil {
			return
		}
		if int64(len(doc)) > limits.Body {
			t.Errorf("%d bytes were read", len(doc))
		}
		for _, v := range req.Params {
			if !plainValue(v) {
				return
			}
		}
		var b strings.Builder
		b.WriteString("<methodCall><methodName>m</methodName><params>")
		for _, v := range req.Params {
			b.WriteString("<param>")
			encoded(&b, v)
			b.WriteString("</param>")
		}
		b.WriteString("</params></methodCall>")
		again, err := decodeXML(b.String())
		if err != nil {
			t.Fatalf("written anew: %v\n%s", err, b.String())
		}
		if len(req.Params)+len(again.Params) > 0 && !reflect.DeepEqual(req.Params, again.Params) {
			t.Errorf("%#v\nbecame %#v", req.Params, again.Params)
		}
	})
}

// FuzzDecodeJSON is the same for JSON-RPC: no panic, no limit passed.
func FuzzDecodeJSON(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"VM.start","params":["s",false,1.5,null,{"a":["b"]}]}`,
		`{"method":"m","params":[],"id":null}`, `{"method":"m","params":{},"id":"x"}`, `[]`, `{`, `{"method":"\ud800"}`,
		`{"id":1e400,"method":"m","params":[1e400,-0,123456789012345678901234567890]}`, strings.Repeat("[", 100),
	} {
		f.Add(seed)
	}
	limits := Limits{Body: 1 << 16, Depth: 16, Values: 1000}
	f.Fuzz(func(t *testing.T, doc string) {
		req, err := DecodeJSON(strings.NewReader(doc), int64(len(doc)), limits)
		if err != nil {
			return
		}
		var depth func(v Value) int
		depth = func(v Value) int {
			n := 0
			switch x := v.(type) {
			case Array:
				for _, e := range x {
					n = max(n, depth(e))
				}
			case *Struct:
				for _, m := range x.Members {
					n = max(n, depth(m.Value))
				}
			default:
				return 0
			}
			return n + 1
		}
		for _, v := range req.Params {
			if depth(v) > limits.Depth {
				t.Errorf("nested beyond %d", limits.Depth)
			}
		}
	})
}

// FuzzParseDate: a date that is read is written and read the same.
func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"20260131T23:59:58Z", "20260131T23:59:58", "2026-01-31T23:59:58Z", "20260131T23:59:58.5+01:00", "19700101T00:00:00Z", "", "T"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := ParseDate(text)
		if !ok {
			return
		}
		again, ok := ParseDate(at.UTC().Format("20060102T15:04:05Z"))
		if y := at.UTC().Year(); y < 0 || y > 9999 {
			return
		}
		if !ok || again.Unix() != at.Unix() {
			t.Errorf("%q is %v, written and read %v, %v", text, at, again, ok)
		}
	})
}
