package event

import (
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/wire"
)

// The operations of events.
const (
	add = "add"
	mod = "mod"
	del = "del"
)

// item is one event. row is nil for del.
type item struct {
	id        uint64
	timestamp string
	class     *model.Class
	operation string
	ref       string
	row       *store.Row
}

// batch is the answer of event.from. Records are copied from the rows' own
// encodings, so that a hundred listeners encode a change once.
type batch struct {
	dispatcher *rpc.Dispatcher
	items      []item
	counts     *store.Snapshot
	token      token
}

// EncodeWire writes {events, valid_ref_counts, token}.
func (b batch) EncodeWire(out *wire.Buffers, f wire.Format) {
	o := wire.BeginObject(out, f)
	o.Member("events")
	items{b.dispatcher, b.items}.EncodeWire(out, f)
	o.Member("valid_ref_counts")
	counts := wire.BeginObject(out, f)
	for _, c := range model.Classes() {
		if c.Stored() && b.dispatcher.Release.Known(c.Life) {
			counts.Member(c.Wire)
			b.dispatcher.Encoder().Encode(out, f, wire.I4(b.counts.Count(c)))
		}
	}
	counts.End()
	o.Member("token")
	b.dispatcher.Encoder().Encode(out, f, b.token.String())
	o.End()
}

// items is a bare array of events, the answer of event.next.
type items struct {
	dispatcher *rpc.Dispatcher
	list       []item
}

// EncodeWire writes the array.
func (l items) EncodeWire(out *wire.Buffers, f wire.Format) {
	a := wire.BeginList(out, f)
	for _, e := range l.list {
		a.Item()
		o := wire.BeginObject(out, f)
		for _, m := range [...][2]string{
			{"id", strconv.FormatUint(e.id, 10)},
			{"timestamp", e.timestamp},
			{"class", e.class.Wire},
			{"operation", e.operation},
			{"ref", e.ref},
		} {
			o.Member(m[0])
			l.dispatcher.Encoder().Encode(out, f, m[1])
		}
		if e.row != nil {
			o.Member("snapshot")
			l.dispatcher.Record(e.row).EncodeWire(out, f)
		}
		o.End()
	}
	a.End()
}

// collect lists what changed after a token, coalesced: an object appears once,
// as it is now, or as gone. Adds come first, then mods, then dels; messages
// before all.
func collect(snap *store.Snapshot, sub *subscription, since token) []item {
	var messages, adds, mods, dels []item
	message := model.ClassOf[model.Message]()
	snap.Since(min(since.db, since.messages), func(c store.Change) bool {
		if !sub.matches(c.Class, c.Ref) {
			return true
		}
		from := since.db
		if c.Class == message {
			from = since.messages
		}
		e := item{id: c.Modified, timestamp: "0.0", class: c.Class, ref: c.Ref, row: c.Row}
		switch {
		case c.Modified <= from:
		case c.Deleted && c.Created <= from:
			e.operation = del
			dels = append(dels, e)
		case c.Deleted:
		case c.Class == message:
			// A message never changes: it is told once.
			if c.Created > from {
				e.id, e.operation = 0, add
				messages = append(messages, e)
			}
		case c.Created > from:
			e.operation = add
			adds = append(adds, e)
		default:
			e.operation = mod
			mods = append(mods, e)
		}
		return true
	})
	list := append(messages, adds...)
	list = append(list, mods...)
	return append(list, dels...)
}
