package wire

// envelope is what stands around a protocol's answers. The id of a JSON-RPC
// request comes before last.
type envelope struct {
	contentType       string
	success, succeeds string
	failure, fails    string
	id, last          string
}

const (
	xmlHead = `<?xml version="1.0"?><methodResponse><params><param>`
	xmlTail = `</param></params></methodResponse>`
	// Clients find the members by their place: Status is first.
	xmlStatus = xmlHead + `<value><struct><member><name>Status</name><value>`
	xmlEnd    = `</member></struct></value>` + xmlTail
)

var envelopes = [...]envelope{
	XMLRPC: {
		contentType: "text/xml",
		success:     xmlStatus + `Success</value></member><member><name>Value</name>`,
		succeeds:    xmlEnd,
		failure:     xmlStatus + `Failure</value></member><member><name>ErrorDescription</name>`,
		fails:       xmlEnd,
	},
	JSONRPC1: {
		contentType: "application/json",
		success:     `{"result":`, succeeds: `,"error":null`,
		failure: `{"result":null,"error":`,
		id:      `,"id":`, last: `}`,
	},
	JSONRPC2: {
		contentType: "application/json",
		success:     `{"jsonrpc":"2.0","result":`,
		failure:     `{"jsonrpc":"2.0","error":{"code":1,"message":`, fails: `}`,
		id: `,"id":`, last: `}`,
	},
}

// ContentType is the content type of answers to the request. Some clients want
// exactly this text, without a charset.
func (r *Request) ContentType() string { return envelopes[r.Protocol].contentType }

// Success writes the answer to a call that went well.
func (r *Request) Success(b *Buffers, enc *Encoder, result any) {
	e := &envelopes[r.Protocol]
	b.tail = append(b.tail, e.success...)
	enc.Encode(b, r.Format(), result)
	b.tail = r.finish(append(b.tail, e.succeeds...))
}

// Failure writes the answer to a call that failed with an error of the API.
func (r *Request) Failure(b *Buffers, code string, params []string) {
	e := &envelopes[r.Protocol]
	f := r.Format()
	s := &syntaxes[f]
	dst := append(b.tail, e.failure...)
	some := false
	if r.Protocol == JSONRPC2 {
		dst = append(appendString(dst, f, code), `,"data":[`...)
	} else {
		dst = appendString(append(dst, s.arrayOpen...), f, code)
		some = true
	}
	for _, p := range params {
		if some {
			dst = append(dst, s.comma...)
		}
		some = true
		dst = appendString(dst, f, p)
	}
	b.tail = r.finish(append(append(dst, s.arrayClose...), e.fails...))
}

// ListMethods writes the answer to system.listMethods, which XML-RPC has
// without the status.
func (r *Request) ListMethods(b *Buffers, names []string) {
	if r.Protocol != XMLRPC {
		r.Success(b, plain, names)
		return
	}
	b.tail = append(b.tail, xmlHead...)
	plain.Encode(b, XML, names)
	b.tail = append(b.tail, xmlTail...)
}

func (r *Request) finish(dst []byte) []byte {
	e := &envelopes[r.Protocol]
	if e.id == "" {
		return dst
	}
	dst = append(dst, e.id...)
	if len(r.ID) == 0 {
		dst = append(dst, '0')
	}
	return append(append(dst, r.ID...), e.last...)
}
