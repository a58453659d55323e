package ops

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

type hostOp = model.HostAllowedOperations

const (
	opProvision    = model.HostAllowedOperationsProvision
	opEvacuate     = model.HostAllowedOperationsEvacuate
	opShutdown     = model.HostAllowedOperationsShutdown
	opReboot       = model.HostAllowedOperationsReboot
	opPowerOn      = model.HostAllowedOperationsPowerOn
	opVMStart      = model.HostAllowedOperationsVMStart
	opVMResume     = model.HostAllowedOperationsVMResume
	opVMMigrate    = model.HostAllowedOperationsVMMigrate
	opApplyUpdates = model.HostAllowedOperationsApplyUpdates
	opEnable       = model.HostAllowedOperationsEnable
)

var hostOps = []hostOp{opProvision, opEvacuate, opShutdown, opReboot, opPowerOn, opVMStart, opVMResume, opVMMigrate, opApplyUpdates, opEnable}

// hostConflicts: while one of running runs, none of bars may begin.
var hostConflicts = []struct{ running, bars []hostOp }{
	{[]hostOp{opEvacuate, opReboot, opShutdown}, []hostOp{opProvision, opVMResume, opVMMigrate}},
	{[]hostOp{opProvision, opVMResume, opVMMigrate}, []hostOp{opEvacuate, opReboot, opShutdown}},
	{[]hostOp{opReboot}, []hostOp{opShutdown, opApplyUpdates}},
	{[]hostOp{opShutdown}, []hostOp{opReboot, opApplyUpdates}},
	{[]hostOp{opApplyUpdates}, []hostOp{opReboot, opShutdown, opEnable}},
	{[]hostOp{opProvision}, []hostOp{opProvision}},
}

// CheckHost gives the first error that an operation on a host would meet now.
func CheckHost(r store.Reader, ref model.Ref[model.Host], op model.HostAllowedOperations) error {
	h, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	for _, c := range hostConflicts {
		if !slices.Contains(c.bars, op) {
			continue
		}
		for task, other := range h.CurrentOperations {
			if slices.Contains(c.running, other) {
				return model.ErrOtherOperationInProgress("host", ref, other, task)
			}
		}
	}
	down := op == opReboot || op == opShutdown || op == opApplyUpdates
	switch {
	case down && h.Enabled:
		return model.ErrHostNotDisabled()
	case op == opPowerOn && Alive(r, h):
		return model.ErrHostIsLive(ref)
	case op == opPowerOn && h.PowerOnMode == "":
		return model.ErrHostPowerOnModeDisabled()
	}
	return nil
}

// Alive tells whether a host was heard of lately.
func Alive(r store.Reader, h *model.Host) bool {
	m, ok := store.Find(r, h.Metrics)
	return ok && m.Live
}

// Online is a host that is up: HOST_OFFLINE [host] for another one.
func Online(r store.Reader, host model.Ref[model.Host]) (*model.Host, error) {
	h, err := store.Get(r, host)
	if err == nil && !Alive(r, h) {
		err = model.ErrHostOffline(host)
	}
	return h, err
}
