package inventory

import (
	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
)

// update is an update that has been applied; its uuid goes by its name, so that
// two pools that have it agree on it.
func (m *maker) update(name string) model.Ref[model.PoolUpdate] {
	if m.release.Before("ely") {
		m.fail("update %q: hosts have updates from 7.1 (ely) on", name)
		return ""
	}
	if ref, ok := m.updates[name]; ok {
		return ref
	}
	m.updates[name] = add(m, &model.PoolUpdate{
		UUID: uuid.NewSHA1(uuid.NameSpaceURL, []byte("xapid:update:"+name)).String(), NameLabel: name, Version: "1.0", EnforceHomogeneity: true,
	})
	return m.updates[name]
}
