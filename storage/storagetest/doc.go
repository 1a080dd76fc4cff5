// Package storagetest holds a store to the contract of ismskit.Store. A driver's
// own test is Run with a function that opens a fresh store.
package storagetest
