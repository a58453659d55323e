package rpc

import (
	"reflect"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/query"
)

// plainConstructors are the classes whose create and destroy do no more than
// to make and drop a row. The other constructors belong to the rooms.
var plainConstructors = map[string]bool{
	"secret": true, "user": true, "VM_appliance": true, "VM_group": true,
}

// derived makes the handler of a message that follows from the datamodel; nil
// if there is none.
func (d *Dispatcher) derived(m *model.Method) handler {
	c, f := m.Class, m.Field
	switch m.Rule {
	case model.GetRecord:
		return func(call *Call, args []reflect.Value) (any, error) {
			row, err := rowOf(call, c, args[0])
			if err != nil {
				return nil, err
			}
			return d.Record(row), nil
		}
	case model.GetByUUID:
		return func(call *Call, args []reflect.Value) (any, error) {
			uuid := args[0].String()
			if row, ok := call.DB.View().RowByUUID(c, uuid); ok {
				return row.Ref, nil
			}
			return nil, model.ErrUUIDInvalid(c.Name, uuid)
		}
	case model.GetByNameLabel:
		return func(call *Call, args []reflect.Value) (any, error) {
			return refsOf(call.DB.View().RowsByName(c, args[0].String())), nil
		}
	case model.GetAll:
		return func(call *Call, _ []reflect.Value) (any, error) {
			return refsOf(allRows(call, c)), nil
		}
	case model.GetAllRecords:
		return func(call *Call, _ []reflect.Value) (any, error) {
			return d.RecordMap(allRows(call, c)), nil
		}
	case model.GetAllWhere:
		return func(call *Call, args []reflect.Value) (any, error) {
			rows, err := d.where(call, c, args[0].String())
			return refsOf(rows), err
		}
	case model.GetAllRecordsWhere:
		return func(call *Call, args []reflect.Value) (any, error) {
			rows, err := d.where(call, c, args[0].String())
			return d.RecordMap(rows), err
		}
	case model.GetField:
		return func(call *Call, args []reflect.Value) (any, error) {
			row, err := rowOf(call, c, args[0])
			if err != nil {
				return nil, err
			}
			return reflect.ValueOf(row.Obj).Elem().Field(f.Index).Interface(), nil
		}
	case model.Create:
		if plainConstructors[c.Name] {
			return createPlain(c)
		}
	case model.Destroy:
		if plainConstructors[c.Name] {
			return destroyPlain(c)
		}
	case model.SetField, model.AddField, model.RemoveField, model.AddToField, model.RemoveFromMap:
		return setter(m)
	}
	return nil
}

func rowOf(call *Call, c *model.Class, ref reflect.Value) (*store.Row, error) {
	if row, ok := call.DB.View().Row(c, ref.String()); ok {
		return row, nil
	}
	return nil, model.ErrHandleInvalid(c.Name, ref.String())
}

func allRows(call *Call, c *model.Class) []*store.Row {
	snap := call.DB.View()
	rows := make([]*store.Row, 0, snap.Count(c))
	for row := range snap.Rows(c) {
		rows = append(rows, row)
	}
	return rows
}

func refsOf(rows []*store.Row) []string {
	refs := make([]string, len(rows))
	for i, row := range rows {
		refs[i] = row.Ref
	}
	return refs
}

// where selects the rows of a class by a query expression, which cannot name
// fields that came later than the release.
func (d *Dispatcher) where(call *Call, c *model.Class, expr string) ([]*store.Row, error) {
	q, err := query.Parse(expr)
	if err != nil {
		return nil, err
	}
	var rows []*store.Row
	for row := range call.DB.View().Rows(c) {
		match, err := q.Match(query.RowOf(d.Release, c, row.Ref, row.Obj))
		if err != nil {
			return nil, err
		}
		if match {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func createPlain(c *model.Class) handler {
	return func(call *Call, args []reflect.Value) (any, error) {
		var ref string
		err := call.DB.Update(call.Ctx, func(tx *store.Tx) error {
			ref = store.InsertAny(tx, c, args[0].Interface())
			return nil
		})
		return ref, err
	}
}

func destroyPlain(c *model.Class) handler {
	return func(call *Call, args []reflect.Value) (any, error) {
		return nil, call.DB.Update(call.Ctx, func(tx *store.Tx) error {
			return store.DeleteAny(tx, c, args[0].String())
		})
	}
}
