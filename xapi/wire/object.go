package wire

// syntax is what stands around and between the parts of arrays and structs.
type syntax struct {
	arrayOpen, arrayClose, comma              string
	structOpen, memberOpen, memberEnd, finish string
}

var syntaxes = [...]syntax{
	XML: {arrayOpen: "<value><array><data>", arrayClose: "</data></array></value>",
		structOpen: "<value><struct>", memberOpen: "<member>", memberEnd: "</member>", finish: "</struct></value>"},
	JSON: {arrayOpen: "[", arrayClose: "]", comma: ",", structOpen: "{", finish: "}"},
}

// Object writes a struct member by member, for types that implement
// Encodable: Member, then the member's value, and End after the last.
type Object struct {
	b    *Buffers
	f    Format
	some bool
}

// BeginObject starts a struct.
func BeginObject(b *Buffers, f Format) Object {
	b.tail = append(b.tail, syntaxes[f].structOpen...)
	return Object{b: b, f: f}
}

// Member writes the name of the next member. Its value has to follow.
func (o *Object) Member(name string) {
	s := &syntaxes[o.f]
	dst := o.b.tail
	if o.some {
		dst = append(append(dst, s.memberEnd...), s.comma...)
	}
	o.some = true
	o.b.tail = appendName(append(dst, s.memberOpen...), o.f, name)
}

// End ends the struct.
func (o *Object) End() {
	s := &syntaxes[o.f]
	if o.some {
		o.b.tail = append(o.b.tail, s.memberEnd...)
	}
	o.b.tail = append(o.b.tail, s.finish...)
}

// List writes an array item by item, for types that implement Encodable:
// Item, then the item's value, and End after the last.
type List struct {
	b    *Buffers
	f    Format
	some bool
}

// BeginList starts an array.
func BeginList(b *Buffers, f Format) List {
	b.tail = append(b.tail, syntaxes[f].arrayOpen...)
	return List{b: b, f: f}
}

// Item makes ready for the next item. Its value has to follow.
func (l *List) Item() {
	if l.some {
		l.b.tail = append(l.b.tail, syntaxes[l.f].comma...)
	}
	l.some = true
}

// End ends the array.
func (l *List) End() { l.b.tail = append(l.b.tail, syntaxes[l.f].arrayClose...) }
