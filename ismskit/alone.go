package ismskit

import "context"

// Scopes in which one action at a time looks at a whole list and changes it.
const (
	aloneDocuments   = "alone|documents"    // a number that is to be free of all others
	aloneClosures    = "alone|closures"     // days that are entered and withdrawn once
	aloneAbsences    = "alone|absences"     // periods that are not to overlap, nor to go in a ring
	aloneOnce        = "alone|once|"        // and a type: requests of which one may be about the same thing
	aloneCategories  = "alone|categories"   // none is to lie below itself, nor any system without its own
	aloneDisposals   = "alone|disposals"    // holds and rules of retention, and what they keep
	aloneClasses     = "alone|classes"      // no two have one place, and one is open to everybody
	aloneNumberRules = "alone|number rules" // no two say the same
	aloneManagers    = "alone|managers"     // ends, of which one is the last that may not be set
)

// alone lets nobody else act in a scope until the transaction ends: what an action found
// in a list still holds when it is committed. A number counter does that; none is given.
func alone(ctx context.Context, tx Tx, scope string) error {
	_, err := tx.Cases().Counter(ctx, scope)
	return err
}
