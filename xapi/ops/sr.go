package ops

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

type srOp = model.StorageOperations

// srListed are the operations that allowed_operations may show, srNeeds the
// features of the driver that they take.
var srListed = []srOp{
	model.StorageOperationsScan, model.StorageOperationsDestroy, model.StorageOperationsForget,
	model.StorageOperationsPlug, model.StorageOperationsUnplug, model.StorageOperationsUpdate,
	model.StorageOperationsVDICreate, model.StorageOperationsVDIIntroduce, model.StorageOperationsVDIDestroy,
	model.StorageOperationsVDIResize, model.StorageOperationsVDIClone, model.StorageOperationsVDISnapshot,
	model.StorageOperationsVDIMirror, model.StorageOperationsVDIEnableCBT, model.StorageOperationsVDIDisableCBT,
	model.StorageOperationsVDIDataDestroy, model.StorageOperationsVDIListChangedBlocks,
	model.StorageOperationsVDISetOnBoot, model.StorageOperationsVDIRevert,
	model.StorageOperationsPBDCreate, model.StorageOperationsPBDDestroy,
}

var srNeeds = map[srOp]string{
	model.StorageOperationsVDICreate:            "VDI_CREATE",
	model.StorageOperationsVDIDestroy:           "VDI_DELETE",
	model.StorageOperationsVDIResize:            "VDI_RESIZE",
	model.StorageOperationsVDIIntroduce:         "VDI_INTRODUCE",
	model.StorageOperationsVDIMirror:            "VDI_MIRROR",
	model.StorageOperationsVDIEnableCBT:         "VDI_CONFIG_CBT",
	model.StorageOperationsVDIDisableCBT:        "VDI_CONFIG_CBT",
	model.StorageOperationsVDIDataDestroy:       "VDI_CONFIG_CBT",
	model.StorageOperationsVDIListChangedBlocks: "VDI_CONFIG_CBT",
	model.StorageOperationsVDISetOnBoot:         "VDI_RESET_ON_BOOT",
	model.StorageOperationsUpdate:               "SR_UPDATE",
	model.StorageOperationsVDIRevert:            "VDI_REVERT",
	model.StorageOperationsVDISnapshot:          "VDI_SNAPSHOT",
}

// srView is an SR with its driver and whether a host has it attached.
type srView struct {
	r        store.Reader
	ref      model.Ref[model.SR]
	sr       *model.SR
	driver   *model.SM // nil if there is none for the type
	attached bool
}

func viewSR(r store.Reader, ref model.Ref[model.SR]) (srView, error) {
	sr, err := store.Get(r, ref)
	if err != nil {
		return srView{}, err
	}
	v := srView{r: r, ref: ref, sr: sr}
	for _, sm := range store.All[model.SM](r) {
		if sm.Type == sr.Type {
			v.driver = sm
			break
		}
	}
	for _, p := range sr.PBDs {
		if pbd, ok := store.Find(r, p); ok && pbd.CurrentlyAttached {
			v.attached = true
			break
		}
	}
	return v, nil
}

// has reports whether the driver has a feature. The tools SR is read-only,
// whatever its driver can do.
func (v srView) has(feature string) bool {
	if v.driver == nil || v.sr.IsToolsSR && (feature == "VDI_CREATE" || feature == "VDI_DELETE") {
		return false
	}
	_, ok := v.driver.Features[feature]
	return ok
}

// HasFeature reports whether an SR's driver has a feature, like VDI_CLONE.
func HasFeature(r store.Reader, ref model.Ref[model.SR], feature string) bool {
	v, err := viewSR(r, ref)
	return err == nil && v.has(feature)
}

// CheckSR gives the first error that an operation on an SR would meet now.
func CheckSR(r store.Reader, ref model.Ref[model.SR], op model.StorageOperations) error {
	v, err := viewSR(r, ref)
	if err != nil {
		return err
	}
	return v.check(op)
}

func (v srView) check(op srOp) error {
	if f := srNeeds[op]; f != "" && !v.has(f) {
		return model.ErrSROperationNotSupported(v.ref)
	}
	destroy := op == model.StorageOperationsDestroy
	switch {
	case v.attached && (destroy || op == model.StorageOperationsForget):
		return model.ErrSRHasPBD(v.ref)
	case destroy && len(v.sr.PBDs) == 0:
		return model.ErrSRHasNoPBDs(v.ref)
	case destroy && v.managed():
		return model.ErrSRNotEmpty()
	}
	conflicts := v.sr.CurrentOperations
	if op == model.StorageOperationsPlug {
		conflicts = except(conflicts, model.StorageOperationsPlug)
	}
	if len(conflicts) > 0 {
		return inProgress("SR", string(v.ref), conflicts)
	}
	return nil
}

// managed reports whether there is a disk that would be lost.
func (v srView) managed() bool {
	for _, ref := range v.sr.VDIs {
		if vdi, ok := store.Find(v.r, ref); ok && vdi.Managed && vdi.Type != model.VDITypeRRD {
			return true
		}
	}
	return false
}
