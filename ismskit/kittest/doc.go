// Package kittest helps to test what is built on a Kit: a clock that is moved by
// hand, a directory in plain maps, a notifier that remembers, and CheckDirectory,
// which holds an embedder's own Directory to the contract.
//
// It imports testing and belongs in tests only.
package kittest
