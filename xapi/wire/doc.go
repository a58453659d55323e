// Package wire turns the bytes of XML-RPC and JSON-RPC calls into values and
// typed Go values into the bytes of answers. It does no I/O of its own, knows
// no class and no message, and imports nothing of ours.
//
// # A call
//
// DecodeXML and DecodeJSON read one request: the method and its arguments as a
// tree of Value. What an argument means is only known once the message is
// found, so that the tree keeps what the client wrote, and a Converter makes
// the Go value that the handler wants of it:
//
//	req, err := wire.DecodeXML(r.Body, r.ContentLength, wire.DefaultLimits)
//	arg, err := converter.Convert(req.Params[1], reflect.TypeFor[int64]())
//
// Clients differ in what they send: XML-RPC clients write a 64-bit integer as
// untagged text, as <int> or as <i8>, JSON clients as a number or a string.
// Converter accepts each of them, and is where that is decided.
//
// # An answer
//
// The request knows the protocol it came in, so that it also writes the
// envelope:
//
//	b := wire.NewBuffers()
//	defer b.Free()
//	req.Success(b, encoder, result)  // or req.Failure(b, code, params)
//	w.Header().Set("Content-Type", req.ContentType())
//	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
//	b.WriteTo(w)
//
// An Encoder writes typed Go values. What it needs to know of a type it works
// out once. A struct is written as a record, with the fields that the function
// given to NewEncoder lists.
//
// The two formats differ in what they say of a value:
//
//	Go                   XML                                     JSON
//	string kinds         <value>text</value>                     "text"
//	int kinds            <value>-1</value>, no tag               -1
//	I4                   <value><i4>1</i4></value>               1
//	float64              <value><double>0.5</double></value>     0.5
//	bool                 <value><boolean>1</boolean></value>     true
//	time.Time, Date      <value><dateTime.iso8601>...</value>    "20260131T23:59:58Z"
//	slice                <value><array><data>...</value>         [...]
//	map, struct          <value><struct>...</value>              {...}
//	nil result           <value></value>                         ""
//	pointer (an option)  an array of none or one                 the same
//
// A pointer to a struct is that struct. A map is written in the order of its
// keys. The zero time is written as the epoch, which the API reads as "never".
//
// # Large answers
//
// Most bytes of a large answer are records whose encoding is kept with the
// row. A result that implements Encodable writes itself into Buffers, which
// take such bytes by reference and copy them only once, into the chunks that
// go out.
package wire

// Format is one of the two encodings of values.
type Format uint8

// The formats.
const (
	XML Format = iota
	JSON
)

func (f Format) String() string { return [...]string{"XML", "JSON"}[f] }
