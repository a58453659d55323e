// Package store is the pool database: typed tables, transactions, a feed of
// changes.
package store
