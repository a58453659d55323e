// Package ops decides which operations an object admits, now, and sees to it
// that only compatible ones run at once.
//
// Each class has a rule table: Check functions give the first error that an
// operation would meet. Gate.Do is how a handler runs an operation: it checks
// and marks all the objects it claims in one transaction, does the work without
// any lock, and takes the marks away. An operation that meets
// OTHER_OPERATION_IN_PROGRESS waits for its turn instead of failing, as xapi.
//
// allowed_operations is what the rules say of an object as it is. It is stored,
// so that clients hear of it by events: Derive, the database's hook, brings it
// up to date in every transaction that changes something that the rules look
// at. Nobody else writes it.
package ops
