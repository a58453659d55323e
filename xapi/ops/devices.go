package ops

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// Devices claims the operation attach on all VBDs of a VM, and on its VIFs if
// asked: what a domain is built of. An error of a VBD's rules is the result as
// it is, one of a VIF's becomes OPERATION_NOT_ALLOWED, as xapi.
func Devices(ref model.Ref[model.VM], vifs bool) Claim {
	var marked []Claim
	return Claim{
		ref:   string(ref),
		check: func(store.Reader) error { return nil },
		mark: func(tx *store.Tx, task string) error {
			marked = nil
			vm, err := store.Get(tx, ref)
			if err != nil {
				return err
			}
			for _, b := range vm.VBDs {
				cl := VBD(b, model.VBDOperationsAttach)
				if err := cl.check(tx); err != nil {
					return err
				}
				if err := cl.mark(tx, task); err != nil {
					return err
				}
				marked = append(marked, cl)
			}
			if !vifs {
				return nil
			}
			for _, v := range vm.VIFs {
				cl := VIF(v, model.VIFOperationsAttach)
				err := cl.check(tx)
				if err == nil {
					err = cl.mark(tx, task)
				}
				if err != nil {
					return model.ErrOperationNotAllowed("a VIF cannot be attached: " + err.Error())
				}
				marked = append(marked, cl)
			}
			return nil
		},
		clear: func(tx *store.Tx, task string) {
			for _, cl := range marked {
				cl.clear(tx, task)
			}
		},
		also: func() []Claim { return marked },
	}
}
