package storage

import (
	"maps"
	"slices"
	"sync"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// Media is what the emulated storage holds of which the pool has no record any
// more: forgotten SRs and disks, to be found by a probe, a plug or a scan. It
// lasts as long as the daemon.
type Media struct {
	mu  sync.Mutex
	srs map[string]*medium // by the SR's uuid
}

// medium is what an SR's storage holds.
type medium struct {
	sr    *model.SR // nil while the pool has a record
	place string
	disks map[string]*model.VDI // forgotten ones, by location
}

// NewMedia makes storage that holds nothing unknown.
func NewMedia() *Media { return &Media{srs: map[string]*medium{}} }

func (m *Media) of(uuid string) *medium {
	if m.srs[uuid] == nil {
		m.srs[uuid] = &medium{disks: map[string]*model.VDI{}}
	}
	return m.srs[uuid]
}

// forgetSR keeps what an SR holds whose record goes.
func (m *Media) forgetSR(r store.Reader, sr *model.SR) func() {
	disks := map[string]*model.VDI{}
	for _, v := range sr.VDIs {
		if vdi, ok := store.Find(r, v); ok {
			disks[vdi.Location] = vdi
		}
	}
	place := ""
	for _, p := range sr.PBDs {
		if pbd, ok := store.Find(r, p); ok {
			place = placeOf(sr.Type, pbd.DeviceConfig)
		}
	}
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		k := m.of(sr.UUID)
		k.sr = sr
		if place != "" {
			k.place = place
		}
		maps.Copy(k.disks, disks)
	}
}

// forgetVDI keeps a disk whose record goes.
func (m *Media) forgetVDI(sr string, vdi *model.VDI) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of(sr).disks[vdi.Location] = vdi
}

// erase loses what an SR holds.
func (m *Media) erase(uuid string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.srs, uuid)
}

// at lists the SRs of a type that storage holds in a place.
func (m *Media) at(kind, place string) []*model.SR {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*model.SR
	for _, id := range slices.Sorted(maps.Keys(m.srs)) {
		if k := m.srs[id]; k.sr != nil && k.sr.Type == kind && k.place == place {
			list = append(list, k.sr)
		}
	}
	return list
}

// found gives an SR that has just been attached, or scanned, the disks that
// storage holds of it, and the sizes that nobody knew. What it has found is the
// pool's again once the transaction is committed: taken is to be called then.
func (m *Media) found(tx *store.Tx, ref srRef) (taken func(), err error) {
	sr, err := store.Edit(tx, ref)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.srs[sr.UUID]
	if sr.PhysicalSize < 0 {
		sr.PhysicalSize, sr.PhysicalUtilisation, sr.VirtualAllocation = freshSize, 0, 0
		if k != nil && k.sr != nil && k.sr.Type == sr.Type {
			sr.PhysicalSize, sr.PhysicalUtilisation, sr.VirtualAllocation = k.sr.PhysicalSize, k.sr.PhysicalUtilisation, k.sr.VirtualAllocation
		}
	}
	if k == nil {
		return func() {}, nil
	}
	known := map[string]bool{}
	for _, v := range sr.VDIs {
		if vdi, ok := store.Find(tx, v); ok {
			known[vdi.Location] = true
		}
	}
	seen := maps.Clone(k.disks)
	for _, location := range slices.Sorted(maps.Keys(seen)) {
		if known[location] {
			continue
		}
		if _, elsewhere := store.ByUUID[model.VDI](tx, seen[location].UUID); !elsewhere {
			store.Insert(tx, again(ref, seen[location]))
		}
	}
	id := sr.UUID
	return func() { m.taken(id, seen) }, nil
}

// taken drops what the pool has a record of again; a disk that was forgotten
// meanwhile once more stays.
func (m *Media) taken(uuid string, seen map[string]*model.VDI) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.srs[uuid]
	if k == nil {
		return
	}
	maps.DeleteFunc(k.disks, func(location string, disk *model.VDI) bool { return seen[location] == disk })
	if k.sr = nil; len(k.disks) == 0 {
		delete(m.srs, uuid)
	}
}

// again is the record that a scan makes of a disk. What a driver does not keep
// with the data is lost.
func again(sr srRef, old *model.VDI) *model.VDI {
	vdi := store.Default[model.VDI]()
	vdi.UUID, vdi.Location, vdi.SR, vdi.Managed, vdi.OnBoot = old.UUID, old.Location, sr, true, model.OnBootPersist
	vdi.NameLabel, vdi.NameDescription, vdi.Type, vdi.VirtualSize = old.NameLabel, old.NameDescription, old.Type, old.VirtualSize
	vdi.PhysicalUtilisation, vdi.ReadOnly, vdi.Sharable = old.PhysicalUtilisation, old.ReadOnly, old.Sharable
	vdi.IsASnapshot, vdi.SnapshotTime, vdi.SnapshotOf, vdi.CBTEnabled = old.IsASnapshot, old.SnapshotTime, old.SnapshotOf, old.CBTEnabled
	vdi.Parent, vdi.MetadataOfPool = model.NullRef, old.MetadataOfPool
	return vdi
}
