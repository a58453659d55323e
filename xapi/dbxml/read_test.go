package dbxml_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/dbxml"
)

// aDump is laid out as a real pool's: with columns and tables that the
// datamodel lacks, and without some that it has.
const aDump = `<?xml version="1.0" encoding="UTF-8"?>
<database><manifest><pair key="schema_major_vsn" value="5"/><pair key="schema_minor_vsn" value="63"/><pair key="generation_count" value="7"/></manifest>` +
	`<table name="VM"><row ref="OpaqueRef:v" __ctime="1" __mtime="2" _ref="OpaqueRef:v" name__label="a%.b%%c%_d" memory__static_max="1024" is_a_template="false" ` +
	`other_config="(('k%.1'%.'it\'s')%.('empty'%.''))" tags="('x'%.'y')" HVM__shadow_multiplier="1.5" snapshot_time="20260131T23:59:58Z" no_such_column="1"/></table>` +
	`<table name="host"><row ref="OpaqueRef:h" _ref="OpaqueRef:h" uuid="u" name__label="h"/></table>` +
	`<table name="pool"><row ref="OpaqueRef:p" master="OpaqueRef:h"/></table><table name="no_such_class"><row ref="x"/></table><table name="session"/></database>`

func TestReadARealDump(t *testing.T) {
	d, err := dbxml.Read(strings.NewReader(aDump))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(t.Context(), func(tx *store.Tx) error { return d.Restore(tx, dbxml.Target{HostUUID: "mine", Address: "127.0.0.1"}) })
	if err != nil {
		t.Fatal(err)
	}
	r := db.View()
	v, err := store.Get(r, model.Ref[model.VM]("OpaqueRef:v"))
	if err != nil {
		t.Fatal(err)
	}
	if v.NameLabel != "a b%c  d" || v.MemoryStaticMax != 1024 || v.OtherConfig["k 1"] != "it's" || len(v.OtherConfig) != 2 || len(v.Tags) != 2 || v.HVMShadowMultiplier != 1.5 {
		t.Errorf("%+v", v)
	}
	if _, ok := store.ByUUID[model.Host](r, "mine"); !ok {
		t.Error("the dump's master is not this host")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(aDump))
	f.Add([]byte(`<database><table name="VM"><row ref="x" tags="('a"/></table></database>`))
	f.Add([]byte(`<database><table name="VM"><row ref="x" other_config="((((((((((('a'"/></table></database>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := dbxml.Read(bytes.NewReader(raw))
		if err == nil && d == nil {
			t.Error("neither a document nor an error")
		}
	})
}
