package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/kolo/xmlrpc"
)

// peerValues are of the kinds that answers have; text is what XML can hold.
var peerValues = map[string]any{
	"text":   "a <b> & \"c\" 'd' ]]> \t\n e",
	"beyond": "é ß 漢 😀",
	"empty":  "",
	"number": int64(-42),
	"float":  1.5,
	"yes":    true,
	"no":     false,
	"date":   time.Date(2026, 1, 31, 23, 59, 58, 0, time.UTC),
	"list":   []string{"a", "", "b"},
	"none":   []string{},
	"map":    map[string]string{"k": "v", "": "empty", "<k>": "&"},
}

// TestKolo: kolo/xmlrpc reads our answers and we read its calls.
func TestKolo(t *testing.T) {
	body := "<?xml version=\"1.0\"?><methodResponse><params><param>" + string(AppendValueXML(nil, map[string]string{"text": peerValues["text"].(string), "beyond": peerValues["beyond"].(string)})) + "</param></params></methodResponse>"
	var got struct {
		Text   string `xmlrpc:"text"`
		Beyond string `xmlrpc:"beyond"`
	}
	if err := xmlrpc.Response([]byte(body)).Unmarshal(&got); err != nil {
		t.Fatal(err)
	}
	if got.Text != peerValues["text"] || got.Beyond != peerValues["beyond"] {
		t.Errorf("kolo read %q", got)
	}
	call, err := xmlrpc.EncodeMethodCall("VM.create", "s", 7, 1.5, true, []string{"x"}, map[string]string{"k": "<v>"})
	if err != nil {
		t.Fatal(err)
	}
	req, err := decodeXML(string(call))
	if err != nil {
		t.Fatal(err)
	}
	want := []Value{"s", int64(7), 1.5, true, Array{"x"}, st("k", "<v>")}
	if req.Method != "VM.create" || !reflect.DeepEqual(req.Params, want) {
		t.Errorf("we read %#v, want %#v", req.Params, want)
	}
}

// TestEncodingXML: the text of our answers is what a strict parser reads.
func TestEncodingXML(t *testing.T) {
	for name, v := range peerValues {
		text, ok := v.(string)
		if !ok {
			continue
		}
		var got struct {
			Text string `xml:",chardata"`
		}
		if err := xml.Unmarshal(AppendValueXML(nil, text), &got); err != nil || got.Text != text {
			t.Errorf("%s: %q, %v", name, got.Text, err)
		}
	}
}

// script reads our answers from its input and says what they are, then writes
// calls for us to read.
const script = `
import json, sys, xmlrpc.client
answers = json.load(sys.stdin)
read = {}
for name, body in answers.items():
    value = xmlrpc.client.loads(body)[0][0]
    read[name] = value.value if isinstance(value, xmlrpc.client.DateTime) else value
values = ["a <b> & ]]> \u00e9 \U0001F600", "", -42, 1.5, True, False, ["a", ["b", {}]], {"k": "v", "": [1]},
          xmlrpc.client.DateTime("20260131T23:59:58")]
call = xmlrpc.client.dumps(tuple(values), "VM.create")
json.dump({"read": read, "call": call}, sys.stdout)
`

// TestPython: xmlrpc.client reads our answers and we read its calls.
func TestPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	answers := map[string]string{}
	for name, v := range peerValues {
		answers[name] = "<?xml version=\"1.0\"?><methodResponse><params><param>" + string(AppendValueXML(nil, v)) + "</param></params></methodResponse>"
	}
	in, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", script)
	cmd.Stdin = bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var out struct {
		Read map[string]any
		Call string
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"text": peerValues["text"], "beyond": peerValues["beyond"], "empty": "", "number": "-42", "float": 1.5, "yes": true, "no": false,
		"date": "20260131T23:59:58Z", "list": []any{"a", "", "b"}, "none": []any{}, "map": map[string]any{"k": "v", "": "empty", "<k>": "&"},
	} {
		if got := out.Read[name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: Python read %#v, want %#v", name, got, want)
		}
	}
	req, err := decodeXML(out.Call)
	if err != nil {
		t.Fatal(err)
	}
	want := []Value{"a <b> & ]]> é 😀", "", int64(-42), 1.5, true, false, Array{"a", Array{"b", st()}}, st("k", "v", "", Array{int64(1)}), Date("20260131T23:59:58")}
	for i, w := range want {
		if i >= len(req.Params) || fmt.Sprintf("%#v", plainDump(req.Params[i])) != fmt.Sprintf("%#v", plainDump(w)) {
			t.Errorf("parameter %d of Python's: %#v, want %#v", i, plainDump(req.Params[i]), plainDump(w))
		}
	}
}

// plainDump makes values comparable by their text.
func plainDump(v Value) any {
	switch x := v.(type) {
	case Array:
		list := []any{}
		for _, e := range x {
			list = append(list, plainDump(e))
		}
		return list
	case *Struct:
		var b strings.Builder
		for _, m := range x.Members {
			fmt.Fprintf(&b, "%s=%#v;", m.Name, plainDump(m.Value))
		}
		return "{" + b.String() + "}"
	}
	return v
}
