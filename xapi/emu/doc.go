// Package emu is the emulated world below the toolstack: time, hardware,
// domains and their guests, disks. It knows nothing of the API.
package emu
