// Package catalog holds what comes ready-made: form types with their flows, the
// Go hooks they name, the procedure IS-02-008 as a document, the index of what one
// can apply for, and an invented agency to show all of it with.
//
// A type is data (data/types/*.json); what its closing does beyond the flow is a
// named hook. A host takes Types and Hooks as they are, or adds its own beside
// them.
package catalog
