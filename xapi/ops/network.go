package ops

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// InterfaceOn is the interface that a host has on a network; its row is nil if
// there is none.
func InterfaceOn(r store.Reader, network model.Ref[model.Network], host model.Ref[model.Host]) (model.Ref[model.PIF], *model.PIF) {
	n, ok := store.Find(r, network)
	if !ok {
		return model.NullRef, nil
	}
	for _, ref := range n.PIFs {
		if pif, ok := store.Find(r, ref); ok && pif.Host == host {
			return ref, pif
		}
	}
	return model.NullRef, nil
}
