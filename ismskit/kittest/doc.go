// Package kittest helps to test what is built on a Kit: a clock that is moved by
// hand, a directory in plain maps, a notifier that remembers, CheckDirectory, which
// holds an embedder's own Directory to the contract, and CheckType, which sends a
// type's forms through every branch of its flow and names where one stops.
//
// It imports testing and belongs in tests only.
package kittest
