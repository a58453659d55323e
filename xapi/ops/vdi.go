package ops

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

type vdiOp = model.VDIOperations

// vdiListed are the operations that allowed_operations may show: newer ones are
// kept out of it, as xapi, for the sake of older members.
var vdiListed = []vdiOp{
	model.VDIOperationsClone, model.VDIOperationsCopy, model.VDIOperationsResize, model.VDIOperationsResizeOnline,
	model.VDIOperationsSnapshot, model.VDIOperationsDestroy, model.VDIOperationsForget, model.VDIOperationsUpdate,
	model.VDIOperationsGenerateConfig,
}

// vdiRule is what the tables say of one operation on a VDI.
type vdiRule struct {
	live    bool   // admissible on a disk in use
	feature string // that the SR's driver must have
	noCBT   bool   // not on CBT metadata
}

var vdiRules = map[vdiOp]vdiRule{
	model.VDIOperationsSnapshot:          {live: true, feature: "VDI_SNAPSHOT", noCBT: true},
	model.VDIOperationsClone:             {live: true, feature: "VDI_CLONE", noCBT: true},
	model.VDIOperationsCopy:              {noCBT: true},
	model.VDIOperationsResize:            {feature: "VDI_RESIZE", noCBT: true},
	model.VDIOperationsResizeOnline:      {live: true, feature: "VDI_RESIZE_ONLINE", noCBT: true},
	model.VDIOperationsDestroy:           {feature: "VDI_DELETE"},
	model.VDIOperationsForget:            {},
	model.VDIOperationsUpdate:            {feature: "VDI_UPDATE"},
	model.VDIOperationsGenerateConfig:    {feature: "VDI_GENERATE_CONFIG"},
	model.VDIOperationsForceUnlock:       {},
	model.VDIOperationsBlocked:           {live: true},
	model.VDIOperationsMirror:            {live: true, feature: "VDI_MIRROR", noCBT: true},
	model.VDIOperationsEnableCBT:         {live: true, feature: "VDI_CONFIG_CBT", noCBT: true},
	model.VDIOperationsDisableCBT:        {live: true, feature: "VDI_CONFIG_CBT", noCBT: true},
	model.VDIOperationsDataDestroy:       {live: true, feature: "VDI_CONFIG_CBT"},
	model.VDIOperationsListChangedBlocks: {feature: "VDI_CONFIG_CBT"},
	model.VDIOperationsSetOnBoot:         {feature: "VDI_RESET_ON_BOOT", noCBT: true},
	model.VDIOperationsRevertTo:          {live: true, feature: "VDI_CLONE", noCBT: true},
	model.VDIOperationsRevertFrom:        {feature: "VDI_CLONE", noCBT: true},
}

var vdiTypeWords = map[model.VDIType]string{
	model.VDITypeSystem: "System", model.VDITypeUser: "User", model.VDITypeEphemeral: "Ephemeral",
	model.VDITypeSuspend: "Suspend", model.VDITypeCrashdump: "Crashdump", model.VDITypeHAStatefile: "HA statefile",
	model.VDITypeMetadata: "Metadata", model.VDITypeRedoLog: "Redo log", model.VDITypeRRD: "rrd",
	model.VDITypePVSCache: "PVS cache", model.VDITypeCBTMetadata: "CBT metadata",
}

// VDITypeWord is how VDI_INCOMPATIBLE_TYPE calls a type.
func VDITypeWord(t model.VDIType) string { return vdiTypeWords[t] }

// vdiView is a VDI with its SR and what plugs it.
type vdiView struct {
	r    store.Reader
	ref  model.Ref[model.VDI]
	vdi  *model.VDI
	sr   srView
	vbds []*model.VBD
}

func viewVDI(r store.Reader, ref model.Ref[model.VDI]) (vdiView, error) {
	vdi, err := store.Get(r, ref)
	if err != nil {
		return vdiView{}, err
	}
	v := vdiView{r: r, ref: ref, vdi: vdi}
	if v.sr, err = viewSR(r, vdi.SR); err != nil {
		v.sr = srView{r: r, ref: vdi.SR, sr: &model.SR{}}
	}
	for _, b := range vdi.VBDs {
		if vbd, ok := store.Find(r, b); ok {
			v.vbds = append(v.vbds, vbd)
		}
	}
	return v, nil
}

// CheckVDI gives the first error that an operation on a VDI would meet now.
func CheckVDI(r store.Reader, ref model.Ref[model.VDI], op model.VDIOperations) error {
	v, err := viewVDI(r, ref)
	if err != nil {
		return err
	}
	return v.check(op)
}

func (v vdiView) check(op vdiOp) error {
	rule := vdiRules[op]
	busy := except(v.vdi.CurrentOperations, model.VDIOperationsCopy)
	if op == model.VDIOperationsDestroy {
		busy = except(busy, model.VDIOperationsMirror)
	}
	if len(busy) > 0 {
		return inProgress("VDI", string(v.ref), busy)
	}
	if op == model.VDIOperationsResize && !v.sr.attached {
		return model.ErrSRHasNoPBDs(v.vdi.SR)
	}
	if !rule.live && v.inUse(op) {
		return model.ErrVDIInUse(v.ref, op)
	}
	if op != model.VDIOperationsDataDestroy {
		for _, b := range v.vbds {
			if len(b.CurrentOperations) > 0 {
				return inProgress("VDI", string(v.ref), b.CurrentOperations)
			}
		}
	}
	if rule.feature != "" && !v.sr.has(rule.feature) {
		return model.ErrSROperationNotSupported(v.vdi.SR)
	}
	if rule.noCBT && v.vdi.Type == model.VDITypeCBTMetadata {
		return model.ErrVDIIncompatibleType(v.ref, vdiTypeWords[v.vdi.Type])
	}
	if v.vdi.CBTEnabled && (op == model.VDIOperationsMirror || op == model.VDIOperationsSetOnBoot) {
		return model.ErrVDICBTEnabled(v.ref)
	}
	return v.checkType(op)
}

// inUse reports whether a VBD that is plugged keeps op from the disk.
func (v vdiView) inUse(op vdiOp) bool {
	for _, b := range v.vbds {
		if !b.CurrentlyAttached && !b.Reserved {
			continue
		}
		switch op {
		case model.VDIOperationsCopy:
			if b.Mode == model.VBDModeRO {
				continue
			}
		case model.VDIOperationsListChangedBlocks:
			if vm, ok := store.Find(v.r, b.VM); ok && vm.IsASnapshot {
				continue
			}
		}
		return true
	}
	return false
}

// checkType is about what the disk is for.
func (v vdiView) checkType(op vdiOp) error {
	vdi := v.vdi
	forHA := vdi.Type == model.VDITypeHAStatefile || vdi.Type == model.VDITypeRedoLog
	reset := vdi.OnBoot == model.OnBootReset
	switch op {
	case model.VDIOperationsDestroy, model.VDIOperationsRevertFrom:
		return v.checkGone()
	case model.VDIOperationsDataDestroy:
		if !vdi.IsASnapshot {
			return model.ErrOperationNotAllowed("only the data of a snapshot can be destroyed apart from it")
		}
		if !vdi.CBTEnabled && vdi.Type != model.VDITypeCBTMetadata {
			return model.ErrVDINoCBTMetadata(v.ref)
		}
		return v.checkGone()
	case model.VDIOperationsForget:
		if vdi.Type == model.VDITypeRRD {
			return model.ErrVDIHasRrds(v.ref)
		}
		if forHA {
			return v.checkHA()
		}
	case model.VDIOperationsResize, model.VDIOperationsResizeOnline:
		if forHA {
			return v.checkHA()
		}
	case model.VDIOperationsSnapshot:
		switch {
		case vdi.Sharable:
			return model.ErrVDIIsSharable(v.ref)
		case reset:
			return model.ErrVDIOnBootModeIncompatibleWithOperation()
		case len(vdi.CurrentOperations) > 0:
			return model.ErrOperationNotAllowed("the disk is being copied")
		}
	case model.VDIOperationsCopy:
		if reset {
			return model.ErrVDIOnBootModeIncompatibleWithOperation()
		}
		if forHA {
			return model.ErrOperationNotAllowed("the disk belongs to high availability")
		}
	case model.VDIOperationsEnableCBT, model.VDIOperationsDisableCBT:
		switch {
		case vdi.IsASnapshot:
			return model.ErrOperationNotAllowed("changed block tracking is not switched on a snapshot")
		case vdi.Type != model.VDITypeUser && vdi.Type != model.VDITypeSystem:
			return model.ErrVDIIncompatibleType(v.ref, vdiTypeWords[vdi.Type])
		case reset:
			return model.ErrVDIOnBootModeIncompatibleWithOperation()
		}
	case model.VDIOperationsRevertTo:
		if !vdi.IsASnapshot {
			return model.ErrRevertOnlyAllowedOnSnapshot()
		}
	}
	return nil
}

// checkGone is about disks that must not lose their content.
func (v vdiView) checkGone() error {
	switch {
	case v.sr.sr.Type == "udev":
		return model.ErrVDIIsAPhysicalDevice(v.ref)
	case v.sr.sr.IsToolsSR:
		return model.ErrSROperationNotSupported(v.vdi.SR)
	case v.vdi.Type == model.VDITypeRRD:
		return model.ErrVDIHasRrds(v.ref)
	case v.vdi.Type == model.VDITypeHAStatefile, v.vdi.Type == model.VDITypeRedoLog:
		return v.checkHA()
	}
	return nil
}

// checkHA fails while the pool uses its HA disks.
func (v vdiView) checkHA() error {
	for _, p := range store.All[model.Pool](v.r) {
		for _, op := range p.CurrentOperations {
			switch op {
			case model.PoolAllowedOperationsHAEnable:
				return model.ErrHAEnableInProgress()
			case model.PoolAllowedOperationsHADisable:
				return model.ErrHADisableInProgress()
			}
		}
		if p.HAEnabled {
			return model.ErrHAIsEnabled()
		}
	}
	return nil
}
