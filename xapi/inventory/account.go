package inventory

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// account sums the disks up in their SRs.
func (m *maker) account() {
	type sums struct{ virtual, physical int64 }
	used := map[model.Ref[model.SR]]*sums{}
	for _, vdi := range store.All[model.VDI](m.tx) {
		s := used[vdi.SR]
		if s == nil {
			s = &sums{}
			used[vdi.SR] = s
		}
		s.virtual += vdi.VirtualSize
		s.physical += vdi.PhysicalUtilisation
	}
	var list []model.Ref[model.SR]
	for ref := range store.All[model.SR](m.tx) {
		if used[ref] != nil {
			list = append(list, ref)
		}
	}
	for _, ref := range list {
		sr, err := store.Edit(m.tx, ref)
		if err != nil {
			m.fail("an SR is gone: %w", err)
			return
		}
		s := used[ref]
		sr.VirtualAllocation, sr.PhysicalUtilisation = s.virtual, s.physical
		if s.physical > sr.PhysicalSize {
			m.fail("SR %s is too small for its disks", sr.NameLabel)
			return
		}
	}
}
