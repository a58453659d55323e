// Package inventory fills a new database: the objects of a freshly installed
// host, the built-in templates, and hosts and machines that are made up
// (Options.Hosts, Options.VMs) or described in a file (Options.File).
//
// All of it goes through one plan (plan.go): a made-up inventory is a plan that
// was generated, a described one a plan that was read.
package inventory

import (
	"fmt"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cpu"
)

// Options says what to make.
type Options struct {
	// Now stamps what carries a time; UTC, whole seconds.
	Now time.Time
	// HostUUID and ControlDomainUUID are those of the first host.
	HostUUID, ControlDomainUUID string
	// Hostname and Address are the first host's.
	Hostname, Address string
	// Hosts (at least 1) and VMs are how many to make up.
	Hosts, VMs int
	// Seed decides over all that is random; "" for another inventory each time.
	Seed string
	// Release is what to look like; nil is the newest.
	Release *model.Release
	// File describes the inventory; nil means that it is made up.
	File *File
	// CPU is what processors made-up hosts have; nil for the usual ones.
	CPU *cpu.CPU
}

// Fill puts the inventory into an empty database.
func Fill(tx *store.Tx, o Options) error {
	if o.Release == nil {
		o.Release, _ = model.FindRelease("") // which is always there
	}
	m := &maker{tx: tx, source: newSource(o.Seed), o: o, release: o.Release, networks: map[string]model.Ref[model.Network]{}, srs: map[string]model.Ref[model.SR]{}, updates: map[string]model.Ref[model.PoolUpdate]{}}
	p := generate(m.source, o)
	if o.File != nil {
		p = o.File.plan
	}
	m.plan = p
	m.drivers()
	m.makeNetworks()
	for i := range p.hosts {
		m.makeHost(i)
	}
	m.toolsSR()
	for _, s := range p.srs {
		m.makeSR(s)
	}
	m.makePool()
	m.templates()
	m.machines()
	return m.err
}

// maker makes the rows of a plan.
type maker struct {
	*source
	tx      *store.Tx
	o       Options
	release *model.Release
	plan    plan
	err     error

	pool     model.Ref[model.Pool]
	level    map[string]string // what the processors of all hosts have in common
	hosts    []*madeHost
	networks map[string]model.Ref[model.Network]    // by name
	srs      map[string]model.Ref[model.SR]         // by name; local ones as host/name
	updates  map[string]model.Ref[model.PoolUpdate] // by name
}

// madeHost is a host with what others refer to.
type madeHost struct {
	plan    hostPlan
	ref     model.Ref[model.Host]
	local   model.Ref[model.SR]
	dom0    int64 // bytes that its control domain and the hypervisor take
	domid   int64 // the newest domain's
	free    int64
	info    map[string]string
	flags   map[bool]map[string]string // of its VMs, by whether they are paravirtual
	network model.Ref[model.Network]   // of the management interface
}

func (m *maker) fail(format string, args ...any) {
	if m.err == nil {
		m.err = fmt.Errorf(format, args...)
	}
}

// add inserts an object under a reference of the maker's own source.
func add[T any](m *maker, o *T) model.Ref[T] {
	ref := newRef[T](m.source)
	store.InsertAs(m.tx, ref, o)
	return ref
}

func addAs[T any](m *maker, ref model.Ref[T], o *T) { store.InsertAs(m.tx, ref, o) }
