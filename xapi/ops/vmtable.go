package ops

import (
	"strings"

	"github.com/xapid/xapid/model"
)

type vmOp = model.VMOperations

// states is a set of power states.
type states uint8

const (
	halted states = 1 << iota
	paused
	suspended
	running
	anyState = halted | paused | suspended | running
)

var stateBits = map[model.VMPowerState]states{
	model.VMPowerStateHalted: halted, model.VMPowerStatePaused: paused,
	model.VMPowerStateSuspended: suspended, model.VMPowerStateRunning: running,
}

// String lists the states as VM_BAD_POWER_STATE does.
func (s states) String() string {
	var names []string
	for i, n := range []string{"halted", "paused", "suspended", "running"} {
		if s&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// vmRule is what the tables say of one operation on a VM.
type vmRule struct {
	states states
	// domain adds states for control domains.
	domain states
	hidden bool // callable, never listed in allowed_operations
	// template, control: allowed on templates, on control domains.
	template, control bool
	snapshot          bool
	name              string // in errors, if not the operation's own
}

const unknownOp = "(unknown operation)"

var vmRules = map[vmOp]vmRule{
	model.VMOperationsStart:                {states: halted, control: true},
	model.VMOperationsStartOn:              {states: halted, control: true},
	model.VMOperationsProvision:            {states: halted, template: true},
	model.VMOperationsMakeIntoTemplate:     {states: halted},
	model.VMOperationsChangingShadowMemory: {states: halted, template: true},
	model.VMOperationsChangingNVRAM:        {states: halted, template: true},
	model.VMOperationsCreateVTPM:           {states: halted},
	model.VMOperationsChangingVCPUs:        {states: halted, domain: running, hidden: true, template: true, control: true, name: unknownOp},
	model.VMOperationsChangingStaticRange:  {states: halted, domain: running, template: true, control: true},
	model.VMOperationsChangingMemoryLimits: {states: halted, domain: running, hidden: true, template: true, control: true, name: unknownOp},

	model.VMOperationsDestroy:        {states: halted | suspended, control: true, snapshot: true},
	model.VMOperationsExport:         {states: halted | suspended, template: true, snapshot: true},
	model.VMOperationsCreateTemplate: {states: halted | suspended, hidden: true, name: unknownOp},

	model.VMOperationsClone: {states: halted, template: true, snapshot: true},
	model.VMOperationsCopy:  {states: halted, template: true, snapshot: true},

	model.VMOperationsChangingDynamicRange: {states: halted | running, template: true, control: true},
	model.VMOperationsMigrateSend:          {states: halted | suspended | running},

	model.VMOperationsUnpause:  {states: paused},
	model.VMOperationsResume:   {states: suspended},
	model.VMOperationsResumeOn: {states: suspended},
	model.VMOperationsCsvm:     {states: suspended, hidden: true},

	model.VMOperationsPause:                    {states: running},
	model.VMOperationsSuspend:                  {states: running},
	model.VMOperationsCleanShutdown:            {states: running},
	model.VMOperationsCleanReboot:              {states: running},
	model.VMOperationsPoolMigrate:              {states: running},
	model.VMOperationsCallPlugin:               {states: running, hidden: true},
	model.VMOperationsSysprep:                  {states: running},
	model.VMOperationsSnapshotWithQuiesce:      {states: running},
	model.VMOperationsSendSysrq:                {states: running, hidden: true},
	model.VMOperationsSendTrigger:              {states: running, hidden: true},
	model.VMOperationsDataSourceOp:             {states: running, hidden: true, control: true, name: "data_sources_op"},
	model.VMOperationsChangingVCPUsLive:        {states: running},
	model.VMOperationsChangingMemoryLive:       {states: running, hidden: true, control: true},
	model.VMOperationsAwaitingMemoryLive:       {states: running, hidden: true, control: true},
	model.VMOperationsChangingShadowMemoryLive: {states: running, hidden: true},

	model.VMOperationsHardReboot:    {states: paused | running},
	model.VMOperationsHardShutdown:  {states: paused | suspended | running, snapshot: true},
	model.VMOperationsShutdown:      {states: paused | suspended | running, hidden: true},
	model.VMOperationsCheckpoint:    {states: paused | suspended | running},
	model.VMOperationsGetBootRecord: {states: paused | suspended | running, hidden: true},

	model.VMOperationsSnapshot:                {states: anyState},
	model.VMOperationsRevert:                  {states: anyState, snapshot: true},
	model.VMOperationsReverting:               {states: anyState, hidden: true},
	model.VMOperationsMetadataExport:          {states: anyState, template: true, control: true, snapshot: true},
	model.VMOperationsPowerStateReset:         {states: anyState, hidden: true},
	model.VMOperationsAssertOperationValid:    {states: anyState, hidden: true, name: "assertoperationvalid"},
	model.VMOperationsUpdateAllowedOperations: {states: anyState, hidden: true},
	model.VMOperationsQueryServices:           {states: anyState, hidden: true, name: unknownOp},

	model.VMOperationsImport: {hidden: true},
}

// vmOpName is how an operation is called in the parameters of errors.
func vmOpName(op vmOp) string {
	if r := vmRules[op]; r.name != "" {
		return r.name
	}
	return string(op)
}

// compatible tells whether op may begin while those in current run.
func compatible(op vmOp, current map[string]vmOp) bool {
	only := func(allowed ...vmOp) bool { return len(except(current, allowed...)) == 0 }
	none := func(banned ...vmOp) bool { return len(except(current, banned...)) == len(current) }
	switch op {
	case model.VMOperationsClone, model.VMOperationsCopy, model.VMOperationsExport:
		return only(model.VMOperationsClone, model.VMOperationsCopy, model.VMOperationsExport)
	case model.VMOperationsSnapshot, model.VMOperationsCheckpoint:
		return only(model.VMOperationsSnapshot, model.VMOperationsCheckpoint)
	case model.VMOperationsGetBootRecord:
		return only(model.VMOperationsGetBootRecord)
	case model.VMOperationsHardShutdown:
		return none(model.VMOperationsHardShutdown)
	case model.VMOperationsHardReboot:
		return none(model.VMOperationsHardShutdown, model.VMOperationsHardReboot)
	case model.VMOperationsMetadataExport, model.VMOperationsCleanShutdown, model.VMOperationsCleanReboot:
		return len(current) == 1 && only(model.VMOperationsMigrateSend)
	}
	return false
}
