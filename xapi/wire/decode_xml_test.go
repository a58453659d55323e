package wire

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"
)

const xmlCall = `<?xml version="1.0"?><methodCall><methodName>VM.start</methodName><params>` +
	`<param><value>OpaqueRef:s</value></param></params></methodCall>`

// inCall wraps a value into a call.
func inCall(value string) string {
	return "<methodCall><methodName>m</methodName><params><param>" + value + "</param></params></methodCall>"
}

func decodeXML(doc string) (*Request, error) {
	return DecodeXML(strings.NewReader(doc), int64(len(doc)), DefaultLimits)
}

func st(pairs ...any) *Struct {
	s := &Struct{}
	for i := 0; i < len(pairs); i += 2 {
		s.Members = append(s.Members, Member{pairs[i].(string), pairs[i+1]})
	}
	return s
}

func TestDecodeXMLValues(t *testing.T) {
	tests := []struct {
		name, in string
		want     Value
	}{
		{"untagged", `<value>text</value>`, "text"},
		{"untagged number is text", `<value>-12</value>`, "-12"},
		{"blanks are text", "<value> \t\n </value>", " \t\n "},
		{"blanks around text stay", "<value> a </value>", " a "},
		{"empty", `<value></value>`, ""},
		{"empty element", `<value/>`, ""},
		{"empty element with blank", `<value />`, ""},
		{"string", `<value><string>a b</string></value>`, "a b"},
		{"empty string", `<value><string></string></value>`, ""},
		{"empty string element", `<value><string/></value>`, ""},
		{"string between blanks", "<value>\n <string> x </string>\n</value>", " x "},
		{"int", `<value><int>-5</int></value>`, int64(-5)},
		{"i4", `<value><i4> 7 </i4></value>`, int64(7)},
		{"i8", `<value><i8>9223372036854775807</i8></value>`, int64(9223372036854775807)},
		{"i8 least", `<value><i8>-9223372036854775808</i8></value>`, int64(-9223372036854775808)},
		{"apache i8", `<value><ex:i8 xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions">5</ex:i8></value>`, int64(5)},
		{"apache nil", `<value><ex:nil/></value>`, nil},
		{"double", `<value><double>-0.5</double></value>`, -0.5},
		{"double with exponent", `<value><double>1e+20</double></value>`, 1e20},
		{"true", `<value><boolean>1</boolean></value>`, true},
		{"true by name", `<value><boolean>true</boolean></value>`, true},
		{"false", `<value><boolean>0</boolean></value>`, false},
		{"anything else is false", `<value><boolean>yes</boolean></value>`, false},
		{"date", `<value><dateTime.iso8601>20260131T23:59:58Z</dateTime.iso8601></value>`, Date("20260131T23:59:58Z")},
		{"base64", "<value><base64>aGVs\n bG8=</base64></value>", []byte("hello")},
		{"empty base64", "<value><base64/></value>", []byte{}},
		{"nil", `<value><nil/></value>`, nil},
		{"nil with end tag", `<value><nil></nil></value>`, nil},
		{"array", `<value><array><data><value>a</value><value><int>1</int></value></data></array></value>`, Array{"a", int64(1)}},
		{"array with blanks", "<value> <array>\n<data>\n<value>a</value>\n</data>\n</array> </value>", Array{"a"}},
		{"empty array", `<value><array><data></data></array></value>`, Array{}},
		{"empty data", `<value><array><data/></array></value>`, Array{}},
		{"array without data", `<value><array></array></value>`, Array{}},
		{"array element", `<value><array/></value>`, Array{}},
		{"struct", `<value><struct><member><name>a</name><value>1</value></member><member><name/><value/></member></struct></value>`,
			st("a", "1", "", "")},
		{"struct with blanks", "<value><struct> <member> <name>a</name> <value>1</value> </member> </struct></value>", st("a", "1")},
		{"empty struct", `<value><struct></struct></value>`, st()},
		{"struct element", `<value><struct/></value>`, st()},
		{"nested", `<value><struct><member><name>l</name><value><array><data><value><struct/></value></data></array></value></member></struct></value>`,
			st("l", Array{st()})},
		{"entities", `<value>&lt;a&gt; &amp; &quot;&apos;</value>`, `<a> & "'`},
		{"decimal reference", `<value>&#228;&#13;</value>`, "ä\r"},
		{"hex reference", `<value>&#x1F600;</value>`, "😀"},
		{"escaped once", `<value>&amp;lt;</value>`, "&lt;"},
		{"cdata", `<value>a<![CDATA[<b>&amp;]]>c</value>`, "a<b>&amp;c"},
		{"cdata in string", `<value><string><![CDATA[]]]]><![CDATA[>]]></string></value>`, "]]>"},
		{"comment in text", `<value>a <!-- <x> & --> b</value>`, "a  b"},
		{"processing instruction in text", `<value>a<?x <y> ?> b</value>`, "a b"},
		{"comment before element", `<value><!-- c --><int>1</int></value>`, int64(1)},
		{"line ends", "<value>a\r\nb\rc\nd<![CDATA[\r\n]]></value>", "a\nb\nc\nd\n"},
		{"attributes", `<value a="1" b = 'x>y'><int c="">1</int></value>`, int64(1)},
		{"blank in end tag", "<value>x</value\n>", "x"},
		{"utf-8", "<value>grüße 世界</value>", "grüße 世界"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := decodeXML(inCall(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if want := []Value{tt.want}; req.Method != "m" || !reflect.DeepEqual(req.Params, want) {
				t.Errorf("got %s %#v, want %#v", req.Method, req.Params, want)
			}
			if v, err := DecodeValueXML(tt.in); err != nil || !reflect.DeepEqual(v, tt.want) {
				t.Errorf("alone: got %#v, %v, want %#v", v, err, tt.want)
			}
		})
	}
}

func TestDecodeXMLCalls(t *testing.T) {
	latin1 := `<?xml version="1.0" encoding="ISO-8859-1"?>` + inCall("<value>gr\xFC\xDFe</value>")
	one := []Value{"x"}
	tests := []struct {
		name, in, method string
		want             []Value
	}{
		{"plain", xmlCall, "VM.start", []Value{"OpaqueRef:s"}},
		{"no parameters", "<methodCall><methodName>m</methodName><params></params></methodCall>", "m", []Value{}},
		{"empty parameters", "<methodCall><methodName>m</methodName><params/></methodCall>", "m", nil},
		{"without parameters", "<methodCall><methodName>m</methodName></methodCall>", "m", nil},
		{"blanks", "\n <?xml version='1.0'?>\r\n<methodCall>\n<methodName> m\n</methodName>\n<params>\n<param>\n<value>x</value>\n</param>\n</params>\n</methodCall>\n", "m", one},
		{"two", "<methodCall><methodName>m</methodName><params><param><value>x</value></param><param><value/></param></params></methodCall>", "m", []Value{"x", ""}},
		{"document type", `<?xml version="1.0"?><!DOCTYPE methodCall>` + inCall("<value>x</value>"), "m", one},
		{"document type with subset", `<!DOCTYPE m SYSTEM "a>b" [<!ELEMENT m (#PCDATA)><!ENTITY e "]>"><!-- ' ]> --><?p ]> ?>] >` + inCall("<value>x</value>"), "m", one},
		{"comments around", "<!-- a --><?p?>" + inCall("<value>x</value>") + "<!-- b -->", "m", one},
		{"byte order mark", "\xEF\xBB\xBF" + inCall("<value>x</value>"), "m", one},
		{"declared utf-8", `<?xml version='1.0' encoding='utf-8' standalone="yes"?>` + inCall("<value>ü</value>"), "m", []Value{"ü"}},
		{"latin 1", latin1, "m", []Value{"grüße"}},
		{"ascii", `<?xml version="1.0" encoding="US-ASCII"?>` + inCall("<value>x</value>"), "m", one},
		{"utf-16 big", toUTF16(inCall("<value>ü😀</value>"), false), "m", []Value{"ü😀"}},
		{"utf-16 little", toUTF16(inCall("<value>ü😀</value>"), true), "m", []Value{"ü😀"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, size := range []int64{int64(len(tt.in)), -1} {
				req, err := DecodeXML(strings.NewReader(tt.in), size, DefaultLimits)
				if err != nil {
					t.Fatal(err)
				}
				if req.Protocol != XMLRPC || req.Method != tt.method || !reflect.DeepEqual(req.Params, tt.want) {
					t.Errorf("size %d: got %q %#v, want %q %#v", size, req.Method, req.Params, tt.method, tt.want)
				}
				if _, bad := req.InvalidUTF8(); bad {
					t.Error("said not to be UTF-8")
				}
			}
		})
	}
}

func toUTF16(s string, little bool) string {
	var out []byte
	for _, u := range utf16.Encode([]rune("\uFEFF" + s)) {
		if little {
			out = append(out, byte(u), byte(u>>8))
		} else {
			out = append(out, byte(u>>8), byte(u))
		}
	}
	return string(out)
}

func TestDecodeXMLMalformed(t *testing.T) {
	tests := map[string]string{
		"empty":                      "",
		"blank":                      " \n",
		"no XML":                     "hello",
		"JSON":                       `{"method":"m"}`,
		"other root":                 "<methodResponse/>",
		"empty root":                 "<methodCall/>",
		"no name":                    "<methodCall></methodCall>",
		"parameters first":           "<methodCall><params/><methodName>m</methodName></methodCall>",
		"element in name":            "<methodCall><methodName><b>m</b></methodName></methodCall>",
		"two parameter lists":        "<methodCall><methodName>m</methodName><params/><params/></methodCall>",
		"text among elements":        "<methodCall>x<methodName>m</methodName></methodCall>",
		"text behind":                xmlCall + "x",
		"element behind":             xmlCall + "<x/>",
		"root not closed":            "<methodCall><methodName>m</methodName>",
		"only a declaration":         `<?xml version="1.0"?>`,
		"declaration not closed":     `<?xml version="1.0"`,
		"comment not closed":         "<!-- " + xmlCall,
		"document type not closed":   "<!DOCTYPE m [" + xmlCall,
		"unknown encoding":           `<?xml version="1.0" encoding="KOI8-R"?>` + xmlCall,
		"not ASCII":                  `<?xml version="1.0" encoding="US-ASCII"?>` + inCall("<value>\xFC</value>"),
		"odd UTF-16":                 "\xFE\xFF\x00",
		"half a pair":                "\xFE\xFF\x00<\xD8\x00",
		"half a pair inside":         "\xFE\xFF\xD8\x00\x00<",
		"parameter without value":    inCall(""),
		"empty parameter":            "<methodCall><methodName>m</methodName><params><param/></params></methodCall>",
		"two values in a parameter":  inCall("<value/><value/>"),
		"unknown entity":             inCall("<value>&nbsp;</value>"),
		"declared entity":            `<!DOCTYPE m [<!ENTITY e "x">]>` + inCall("<value>&e;</value>"),
		"bare ampersand":             inCall("<value>a & b</value>"),
		"ampersand at the end":       "<methodCall><methodName>&",
		"empty reference":            inCall("<value>&#;</value>"),
		"empty hex reference":        inCall("<value>&#x;</value>"),
		"reference to NUL":           inCall("<value>&#0;</value>"),
		"reference to a control":     inCall("<value>&#x1;</value>"),
		"reference to a surrogate":   inCall("<value>&#xD800;</value>"),
		"reference beyond Unicode":   inCall("<value>&#x110000;</value>"),
		"huge reference":             inCall("<value>&#99999999999;</value>"),
		"control character":          inCall("<value>a\x01</value>"),
		"NUL":                        inCall("<value>\x00</value>"),
		"control in cdata":           inCall("<value><![CDATA[\x01]]></value>"),
		"cdata not closed":           inCall("<value><![CDATA[x</value>"),
		"declaration in text":        inCall("<value>a<!ENTITY b></value>"),
		"text before element":        inCall("<value>a<int>1</int></value>"),
		"text behind element":        inCall("<value><int>1</int>a</value>"),
		"two elements in a value":    inCall("<value><int>1</int><int>1</int></value>"),
		"unknown type":               inCall("<value><number>1</number></value>"),
		"wrong case":                 inCall("<value><String>1</String></value>"),
		"element in string":          inCall("<value><string><b/></string></value>"),
		"int without digits":         inCall("<value><int></int></value>"),
		"int of text":                inCall("<value><int>abc</int></value>"),
		"int too large":              inCall("<value><i8>9223372036854775808</i8></value>"),
		"double of text":             inCall("<value><double>x</double></value>"),
		"base64 of text":             inCall("<value><base64>*</base64></value>"),
		"nil with text":              inCall("<value><nil>x</nil></value>"),
		"array of bare text":         inCall("<value><array><data>x</data></array></value>"),
		"array with two data":        inCall("<value><array><data/><data/></array></value>"),
		"struct of values":           inCall("<value><struct><value/></struct></value>"),
		"empty member":               inCall("<value><struct><member/></struct></value>"),
		"member without name":        inCall("<value><struct><member><value/></member></struct></value>"),
		"member without value":       inCall("<value><struct><member><name>a</name></member></struct></value>"),
		"crossed tags":               inCall("<value><string>a</value></string>"),
		"attribute without value":    inCall("<value a>x</value>"),
		"attribute without quotes":   inCall("<value a=1>x</value>"),
		"attribute not closed":       inCall(`<value a="1>x</value>`),
		"tag not closed":             "<methodCall><methodName>m</methodName><params><param><value",
		"end tag not closed":         "<methodCall><methodName>m</methodName",
		"name starts with a digit":   "<1/>",
		"nothing but an angle":       "<",
		"angle at the end of a text": "<methodCall><methodName>m<",
	}
	for name, in := range tests {
		t.Run(name, func(t *testing.T) {
			req, err := decodeXML(in)
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %v, %v, want a syntax error", req, err)
			}
			if req != nil || syntax.Format != XML || syntax.Offset > 4*len(in) || syntax.Error() == "" {
				t.Errorf("got %v, %#v", req, syntax)
			}
		})
	}
}

func TestDecodeXMLTruncated(t *testing.T) {
	doc := `<?xml version="1.0"?><!DOCTYPE a><methodCall><methodName>m</methodName><params><param><value><struct><member>` +
		`<name>&amp;</name><value><array><data><value><int>1</int></value><value><![CDATA[x]]></value></data></array></value>` +
		`</member></struct></value></param></params></methodCall>`
	if _, err := decodeXML(doc); err != nil {
		t.Fatal(err)
	}
	for i := range len(doc) {
		if req, err := decodeXML(doc[:i]); err == nil {
			t.Errorf("%q gave %v", doc[:i], req)
		}
	}
}

func TestDecodeValueXMLRefuses(t *testing.T) {
	for _, in := range []string{"", "x", "<value>", "<value/>x", "<value/><value/>", "<string>x</string>"} {
		if v, err := DecodeValueXML(in); err == nil {
			t.Errorf("%q gave %#v", in, v)
		}
	}
}
