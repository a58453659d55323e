// Package dbxml writes and reads the XML form of a pool's database, the one of
// /pool/xmldbdump, which operators keep as a backup.
package dbxml

import (
	"bufio"
	"encoding/xml"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/query"
)

// Schema is the version of the database's layout that dumps tell of.
const (
	SchemaMajor = 5
	SchemaMinor = 909
)

// namespaces are those that columns join to a name with two underscores.
var namespaces = []string{"name", "VCPUs", "memory", "actions", "API_version", "PV", "HVM", "io", "qos"}

// plain are fields that only look as if they had a namespace.
var plain = map[string]bool{"PV_drivers_version": true, "PV_drivers_up_to_date": true, "PV_drivers_detected": true}

// Column is the name of a field's column.
func Column(field string) string {
	if plain[field] {
		return field
	}
	for _, n := range namespaces {
		if rest, ok := strings.CutPrefix(field, n+"_"); ok {
			return n + "__" + rest
		}
	}
	return field
}

var escaper = strings.NewReplacer("%", "%%", " ", "%.", "\t", "%t", "\n", "%n", "\r", "%r")

// Write writes a dump. Classes that do not outlive the toolstack are empty.
func Write(w io.Writer, s *store.Snapshot) error {
	b := bufio.NewWriter(w)
	pair := func(k string, v uint64) {
		_, _ = b.WriteString(`<pair key="` + k + `" value="` + strconv.FormatUint(v, 10) + `"/>`)
	}
	_, _ = b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<database><manifest>")
	pair("schema_major_vsn", SchemaMajor)
	pair("schema_minor_vsn", SchemaMinor)
	pair("generation_count", s.Gen())
	_, _ = b.WriteString("</manifest>")
	classes := slices.Clone(model.Classes())
	slices.SortFunc(classes, func(x, y *model.Class) int { return strings.Compare(x.Name, y.Name) })
	for _, c := range classes {
		if c.Database {
			writeTable(b, s, c)
		}
	}
	_, _ = b.WriteString("</database>")
	return b.Flush() // which tells of all the errors before
}

func writeTable(b *bufio.Writer, s *store.Snapshot, c *model.Class) {
	if !c.Persist || s.Count(c) == 0 {
		_, _ = b.WriteString(`<table name="` + c.Name + `"/>`)
		return
	}
	_, _ = b.WriteString(`<table name="` + c.Name + `">`)
	for row := range s.Rows(c) {
		columns := map[string]string{"_ref": row.Ref}
		v := reflect.ValueOf(row.Obj).Elem()
		for _, f := range c.Fields {
			columns[Column(f.Name)] = query.Text(v.Field(f.Index))
		}
		_, _ = b.WriteString(`<row`)
		attribute(b, "ref", row.Ref)
		attribute(b, "__ctime", strconv.FormatUint(row.Created, 10))
		attribute(b, "__mtime", strconv.FormatUint(row.Modified, 10))
		for _, k := range slices.Sorted(maps.Keys(columns)) {
			attribute(b, k, columns[k])
		}
		_, _ = b.WriteString(`/>`)
	}
	_, _ = b.WriteString(`</table>`)
}

func attribute(b *bufio.Writer, name, value string) {
	_, _ = b.WriteString(" " + name + `="`)
	_ = xml.EscapeText(b, []byte(escaper.Replace(value)))
	_ = b.WriteByte('"')
}
