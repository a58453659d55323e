package model

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
)

// digestFile holds a digest of every class as it was when it last matched the
// reference, so that a drift is seen where the reference is not at hand.
// XAPID_UPDATE=1 writes it anew.
const digestFile = "testdata/schema.sha256"

func classDigest(c *Class) string {
	h := sha256.New()
	fmt.Fprintln(h, c.Name, c.Life.text(), c.Database, c.Persist, c.Events, c.Constructor, c.GetAll, c.Hidden, c.Roles, c.Readers)
	for _, f := range c.Fields {
		fmt.Fprintln(h, f.Name, f.Type, f.Qualifier, f.HasDefault, literal(f.Default), f.Persist, f.Internal, f.Life.text(), f.Writers, guardsText(f.Keys), f.of)
	}
	for _, m := range c.Methods {
		fmt.Fprintln(h, m.Full, m.Result, m.Roles, m.Rule, m.Async, m.NoSession, m.Hidden, m.PoolInternal, m.Secret, m.Life.text(), guardsText(m.Keys))
		for _, p := range m.Params {
			fmt.Fprintln(h, p.Name, p.Type, p.Optional, p.Since, p.Secret)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestSchemaMatchesDigest(t *testing.T) {
	var lines []string
	for _, c := range Classes() {
		lines = append(lines, classDigest(c)+"  "+c.Name)
	}
	h := sha256.New()
	for _, e := range Enums() {
		fmt.Fprintln(h, e.Name, e.Labels)
	}
	for _, e := range Errors() {
		fmt.Fprintln(h, e.Code, e.Params, e.Documented)
	}
	lines = append(lines, hex.EncodeToString(h.Sum(nil))+"  enums and errors")
	got := strings.Join(lines, "\n") + "\n"
	if os.Getenv("XAPID_UPDATE") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(digestFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	raw, err := os.ReadFile(digestFile)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(raw), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(want) || want[i] != line {
			t.Errorf("%s differs from the digest", line[strings.Index(line, "  ")+2:])
		}
	}
}

func TestCounts(t *testing.T) {
	fields, messages, explicit := 0, 0, 0
	for _, c := range Classes() {
		fields += len(c.Fields)
		messages += len(c.Methods)
		for _, m := range c.Methods {
			if !m.Implicit() {
				explicit++
			}
		}
	}
	got := fmt.Sprint(len(Classes()), fields, messages, explicit, len(Enums()), len(Errors()), len(RoleNames()))
	if want := "73 951 2258 678 75 635 7"; got != want {
		t.Errorf("classes, fields, messages, explicit ones, enums, errors, roles: %s, want %s", got, want)
	}
}
