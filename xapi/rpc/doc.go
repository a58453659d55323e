// Package rpc is the path of one call: find the message, check its arguments,
// session and role, run the handler under a task, encode the answer.
//
// The table of messages is built and checked once, at start. A room registers
// a service for a class; each of its methods whose first parameter is a *Call
// must be a message of that class, by name (letter case and underscores aside)
// and by signature. What derives from the datamodel - getters, setters, queries
// - is bound here, unless a service overrides it. A message that nobody handles
// answers NOT_IMPLEMENTED and is counted by Coverage.
//
// The order of checks is that of the real toolstack: text encoding, name,
// number of arguments, their types, session, role, work.
package rpc
