package wire

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

func decodeJSON(doc string) (*Request, error) {
	return DecodeJSON(strings.NewReader(doc), int64(len(doc)), DefaultLimits)
}

func TestDecodeJSONValues(t *testing.T) {
	tests := []struct {
		in   string
		want Value
	}{
		{`null`, nil},
		{`true`, true},
		{`false`, false},
		{`0`, int64(0)},
		{`-0`, int64(0)},
		{`8589934592`, int64(8589934592)},
		{`9007199254740993`, int64(9007199254740993)},
		{`9223372036854775807`, int64(math.MaxInt64)},
		{`-9223372036854775808`, int64(math.MinInt64)},
		{`9223372036854775808`, 9223372036854775808.0},
		{`1.0`, 1.0},
		{`-0.25`, -0.25},
		{`1e3`, 1000.0},
		{`1E-3`, 0.001},
		{`1.5e+2`, 150.0},
		{`Infinity`, math.Inf(1)},
		{`-Infinity`, math.Inf(-1)},
		{`""`, ""},
		{`"a b"`, "a b"},
		{`"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{`"\u00e4\u00E4\u0000"`, "ää\x00"},
		{`"\ud83d\ude00"`, "😀"},
		{`"\ud83d"`, "\uFFFD"},
		{`"\ud83dx"`, "\uFFFDx"},
		{`"\ud83d\u0041"`, "\uFFFDA"},
		{`"\ude00\ud83d\ude00"`, "\uFFFD😀"},
		{`"grüße 世界 <&>"`, "grüße 世界 <&>"},
		{`[]`, Array{}},
		{` [ 1 , "a" , [ ] ] `, Array{int64(1), "a", Array{}}},
		{`{}`, st()},
		{"{ \"b\" :\t1 , \"a\":{\"\":null}\r\n}", st("b", int64(1), "a", st("", nil))},
	}
	for _, tt := range tests {
		req, err := decodeJSON(`{"method":"m","params":[` + tt.in + `],"id":1}`)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if want := []Value{tt.want}; !reflect.DeepEqual(req.Params, want) {
			t.Errorf("%s: got %#v, want %#v", tt.in, req.Params, want)
		}
	}
	req, err := decodeJSON(`{"method":"m","params":[NaN],"id":1}`)
	if err != nil || !math.IsNaN(req.Params[0].(float64)) {
		t.Errorf("NaN: got %v, %v", req, err)
	}
}

func TestDecodeJSONCalls(t *testing.T) {
	tests := []struct {
		in   string
		want Request
	}{
		{`{"method":"m","params":["x"],"id":1}`, Request{JSONRPC1, "m", []Value{"x"}, []byte(`1`), false}},
		{`{"method":"m","params":[],"id":"a\u0041"}`, Request{JSONRPC1, "m", []Value{}, []byte(`"a\u0041"`), false}},
		{"\xEF\xBB\xBF" + `{"id":-3,"params":[],"method":"m"}` + "\n", Request{JSONRPC1, "m", []Value{}, []byte(`-3`), false}},
		{`{"jsonrpc":"2.0","method":"m","params":["x"],"id": 0 }`, Request{JSONRPC2, "m", []Value{"x"}, []byte(`0`), false}},
		{`{"jsonrpc":"2.0","method":"m","id":0}`, Request{JSONRPC2, "m", nil, []byte(`0`), false}},
		{`{"jsonrpc":"2.0","method":"m","params":null,"id":0}`, Request{JSONRPC2, "m", nil, []byte(`0`), false}},
		{`{"jsonrpc":"2.0","method":"m","params":{"a":1},"id":0}`, Request{JSONRPC2, "m", []Value{st("a", int64(1))}, []byte(`0`), false}},
		{`{"other":[{"id":7}],"params":[],"id":0,"method":"m","jsonrpc":"2.0"}`, Request{JSONRPC2, "m", []Value{}, []byte(`0`), false}},
		{"{\"method\":\"m\",\"params\":[],\"id\":\"\xFF\"}", Request{JSONRPC1, "m", []Value{}, []byte("\"\uFFFD\""), true}},
	}
	for _, tt := range tests {
		req, err := decodeJSON(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if !reflect.DeepEqual(*req, tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.in, *req, tt.want)
		}
	}
}

func TestDecodeJSONMalformed(t *testing.T) {
	tests := []string{
		``, ` `, `x`, `<methodCall/>`, `1`, `"m"`, `null`, `[]`,
		`[{"method":"m","params":[],"id":1}]`,
		`{}`, `{`, `{"method"`, `{"method":`, `{"method":"m"`, `{"method":"m",}`, `{,}`, `{method:"m"}`, `{"a" 1}`, `{"a":1 "b":2}`,
		`{"method":"m","params":[]}`,
		`{"method":"m","params":[],"id":null}`,
		`{"method":"m","params":[],"id":1.5}`,
		`{"method":"m","params":[],"id":true}`,
		`{"method":"m","params":[],"id":[1]}`,
		`{"method":"m","id":1}`,
		`{"method":"m","params":null,"id":1}`,
		`{"method":"m","params":{},"id":1}`,
		`{"method":"m","params":"x","id":1}`,
		`{"jsonrpc":"2.0","method":"m","params":"x","id":1}`,
		`{"method":5,"params":[],"id":1}`,
		`{"params":[],"id":1}`,
		`{"jsonrpc":"1.0","method":"m","params":[],"id":1}`,
		`{"jsonrpc":2.0,"method":"m","params":[],"id":1}`,
		`{"jsonrpc":null,"method":"m","params":[],"id":1}`,
		`{"jsonrpc":["2.0"],"method":"m","params":[],"id":1}`,
		`{"jsonrpc":{},"method":"m","params":[],"id":1}`,
		`{"method":"m","params":[],"id":1}x`,
		`{"method":"m","params":[],"id":1}{}`,
	}
	for _, v := range []string{
		`tru`, `truee`, `nul`, `Nan`, `Inf`, `-Inf`, `+1`, `01`, `-`, `- 1`, `1.`, `.5`, `1e`, `1e+`, `0x10`, `1_000`, `1e999`, `--1`,
		`"`, `"a`, `"\`, `"\"`, `"\x"`, `"\u12"`, `"\u12G4"`, "\"\x01\"", "\"a\nb\"", `'a'`, `[1`, `[1,]`, `[,1]`, `[1 2]`, `{"a"}`, `{"a":}`,
		`{"a":1,}`, `{1:1}`, `undefined`, `/**/1`, "\x00",
	} {
		tests = append(tests, `{"method":"m","params":[`+v+`],"id":1}`)
	}
	for _, in := range tests {
		req, err := decodeJSON(in)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Format != JSON || syntax.Offset > len(in) {
			t.Errorf("%s: got %v, %v, want a syntax error", in, req, err)
		}
	}
}

func TestDecodeJSONTruncated(t *testing.T) {
	const doc = `{"jsonrpc":"2.0","method":"m\n","params":[1.5e3,{"a":[true,"\u00e4\ud83d\ude00"]},null],"id":12}`
	if _, err := decodeJSON(doc); err != nil {
		t.Fatal(err)
	}
	for i := range len(doc) {
		if req, err := decodeJSON(doc[:i]); err == nil {
			t.Errorf("%s gave %v", doc[:i], req)
		}
	}
}
