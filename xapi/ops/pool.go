package ops

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

type poolOp = model.PoolAllowedOperations

// poolBlocking are the operations that keep everything else off the pool, each
// with the error that says so. The waiting ones only queue.
var poolBlocking = map[poolOp]func(...any) *model.Error{
	model.PoolAllowedOperationsHAEnable:              model.ErrHAEnableInProgress,
	model.PoolAllowedOperationsHADisable:             model.ErrHADisableInProgress,
	model.PoolAllowedOperationsClusterCreate:         model.ErrClusterCreateInProgress,
	model.PoolAllowedOperationsDesignateNewMaster:    model.ErrDesignateNewMasterInProgress,
	model.PoolAllowedOperationsTLSVerificationEnable: model.ErrTLSVerificationEnableInProgress,
	model.PoolAllowedOperationsConfigureRepositories: model.ErrConfigureRepositoriesInProgress,
	model.PoolAllowedOperationsSyncUpdates:           model.ErrSyncUpdatesInProgress,
	model.PoolAllowedOperationsSyncBundle:            model.ErrSyncBundleInProgress,
	model.PoolAllowedOperationsApplyUpdates:          model.ErrApplyUpdatesInProgress,
}

var poolOps = []poolOp{
	model.PoolAllowedOperationsHAEnable, model.PoolAllowedOperationsHADisable, model.PoolAllowedOperationsClusterCreate,
	model.PoolAllowedOperationsDesignateNewMaster, model.PoolAllowedOperationsConfigureRepositories,
	model.PoolAllowedOperationsSyncUpdates, model.PoolAllowedOperationsSyncBundle, model.PoolAllowedOperationsGetUpdates,
	model.PoolAllowedOperationsApplyUpdates, model.PoolAllowedOperationsTLSVerificationEnable,
	model.PoolAllowedOperationsCertRefresh, model.PoolAllowedOperationsExchangeCertificatesOnJoin,
	model.PoolAllowedOperationsExchangeCACertificatesOnJoin, model.PoolAllowedOperationsCopyPrimaryHostCerts,
	model.PoolAllowedOperationsEject, model.PoolAllowedOperationsExchangeCrlsOnJoin,
}

// checkPoolOld: old releases guard nothing of the pool; enabling and disabling
// HA wait for each other.
func checkPoolOld(r store.Reader, ref model.Ref[model.Pool], op model.PoolAllowedOperations) error {
	p, err := store.Get(r, ref)
	if err != nil || op != model.PoolAllowedOperationsHAEnable && op != model.PoolAllowedOperationsHADisable {
		return err
	}
	for task, other := range p.CurrentOperations {
		if other == model.PoolAllowedOperationsHAEnable || other == model.PoolAllowedOperationsHADisable {
			return model.ErrOtherOperationInProgress("pool", ref, other, task)
		}
	}
	return nil
}

// CheckPool gives the first error that an operation on the pool would meet now.
func CheckPool(r store.Reader, ref model.Ref[model.Pool], op model.PoolAllowedOperations) error {
	p, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	if p.IsPSRPending {
		return model.ErrPoolSecretRotationPending()
	}
	_, blocks := poolBlocking[op]
	for _, other := range p.CurrentOperations {
		if busy, ok := poolBlocking[other]; ok && blocks {
			return busy()
		}
	}
	if len(p.CurrentOperations) > 0 {
		return inProgress("pool", string(ref), p.CurrentOperations)
	}
	haOps := []poolOp{model.PoolAllowedOperationsHAEnable, model.PoolAllowedOperationsTLSVerificationEnable}
	switch {
	case p.HAEnabled && slices.Contains(haOps, op):
		return model.ErrHAIsEnabled()
	case p.HAEnabled && op == model.PoolAllowedOperationsClusterCreate:
		return model.ErrIncompatibleClusterStackActive(p.HAClusterStack)
	case !p.HAEnabled && op == model.PoolAllowedOperationsHADisable:
		return model.ErrHANotEnabled()
	case op == model.PoolAllowedOperationsClusterCreate && store.Len[model.Cluster](r) > 0:
		return model.ErrClusterAlreadyExists()
	}
	return nil
}
