package devices

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// PCIs handles the class PCI. Whether a host's own system uses a device is
// known of graphics processors only; it has all others.
type PCIs struct{ DB *store.DB }

// GetDom0AccessStatus tells whether the host's own system uses a device.
func (s *PCIs) GetDom0AccessStatus(c *rpc.Call, self model.Ref[model.PCI]) (model.PCIDom0Access, error) {
	r := s.DB.View()
	if _, err := store.Get(r, self); err != nil {
		return "", err
	}
	for _, p := range store.All[model.PGPU](r) {
		if p.PCI == self {
			return p.Dom0Access, nil
		}
	}
	return model.PCIDom0AccessEnabled, nil
}
