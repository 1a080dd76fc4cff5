package ismskit

import (
	"slices"
	"testing"
)

// A class that nobody knows, as of a program that is newer, is read as the highest: what has it is in
// no message, a request about it is of it, and nobody reads it because it is unknown.
func TestAClassThatNobodyKnowsIsTheHighest(t *testing.T) {
	const unknown = "絕對機密"
	for _, known := range []string{"", ClassGeneral, ClassInternal, ClassConfidential, ClassSecret} {
		if higherClass(known, unknown) != unknown || higherClass(unknown, known) != unknown {
			t.Errorf("%q is higher", known)
		}
	}
	if Confidential("內部使用") || !Confidential("密") {
		t.Error("a type's class is not known by its name")
	}
	if !Confidential(unknown) || slices.Contains(openClasses(), unknown) || Confidential("") || Confidential(ClassInternal) {
		t.Error("it is told of, or read, as what is open")
	}
}
