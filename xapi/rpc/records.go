package rpc

import (
	"fmt"
	"reflect"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/wire"
)

// recordFields tells the encoder which fields of a row a record shows: those
// that had come by the release, be they removed or not.
func (d *Dispatcher) recordFields(t reflect.Type) []wire.RecordField {
	c := model.ClassOfType(t)
	if c == nil {
		return nil
	}
	var fields []wire.RecordField
	for _, f := range c.Public() {
		if !d.Release.Known(f.Life) {
			continue
		}
		fields = append(fields, wire.RecordField{Name: f.Name, Index: []int{f.Index}, OmitNil: f.Type.Kind == model.OptionKind})
	}
	return fields
}

// decodeRecord reads the record that a constructor takes: fields that the
// caller may set, defaults for the others. A field without a default must be
// there; unknown members are ignored.
func (d *Dispatcher) decodeRecord(s *wire.Struct, t reflect.Type) (reflect.Value, error) {
	c := model.ClassOfType(t.Elem())
	if c == nil {
		return reflect.Value{}, fmt.Errorf("%v is no record", t)
	}
	row := reflect.New(t.Elem())
	for _, f := range c.Fields {
		dst := row.Elem().Field(f.Index)
		dst.Set(f.Default)
		if f.Internal || f.Qualifier == model.RO || !d.Release.Known(f.Life) {
			continue
		}
		v, ok := s.Get(f.Name)
		if !ok {
			if !f.HasDefault {
				return reflect.Value{}, model.ErrInternalError(fmt.Sprintf("%s record: field %s is missing and has no default", c.Name, f.Name))
			}
			continue
		}
		x, err := d.convert.Convert(v, f.Go)
		if err != nil {
			return reflect.Value{}, fmt.Errorf("field %s: %w", f.Name, err)
		}
		dst.Set(x)
	}
	return row, nil
}

// Record is the result that shows one row; its bytes are kept with the row.
type Record struct {
	encoder *wire.Encoder
	row     *store.Row
}

// EncodeWire writes the record.
func (r Record) EncodeWire(b *wire.Buffers, f wire.Format) {
	b.Ref(r.row.Cached(int(f), func() []byte { return r.encoder.Append(nil, f, r.row.Obj) }))
}

// Record makes the result that shows a row.
func (d *Dispatcher) Record(row *store.Row) Record { return Record{d.encode, row} }

// RecordMap is the result that maps references to records.
type RecordMap struct {
	encoder *wire.Encoder
	rows    []*store.Row
}

// RecordMap makes the result that maps the rows' references to their records.
func (d *Dispatcher) RecordMap(rows []*store.Row) RecordMap { return RecordMap{d.encode, rows} }

// EncodeWire writes the map.
func (m RecordMap) EncodeWire(b *wire.Buffers, f wire.Format) {
	o := wire.BeginObject(b, f)
	for _, row := range m.rows {
		o.Member(row.Ref)
		Record{m.encoder, row}.EncodeWire(b, f)
	}
	o.End()
}
