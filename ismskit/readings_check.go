package ismskit

import (
	"errors"
	"fmt"
)

// Fields of a sheet on which people say that they have read a document (Type.Reading). The Kit
// fills them in; its class is no lower than ChangeOfClass.
const (
	ReadingDocument = "document" // ref: which document
	ReadingName     = ChangeName // text: number and title, as they were
	ReadingVersion  = "version"  // text: the version's label
	ReadingIssued   = "issued"   // date
	// ReadingReaders is the table of those who are to read it, in the column ReadingPerson.
	ReadingReaders = "readers"
	ReadingPerson  = "person"
)

// readingFields are the types of the fields that such a sheet has.
var readingFields = map[string]string{
	ReadingDocument: "ref", ReadingName: "text", ReadingVersion: "text", ReadingIssued: "date", ChangeOfClass: "choice", ReadingReaders: "table",
}

// checkReading holds such a sheet to its form, and to being opened by nobody but the Kit.
func (k *kind) checkReading() error {
	if !k.Reading {
		return nil
	}
	var faults []error
	if k.Offered {
		faults = append(faults, errors.New("reading: nobody opens it himself, so it isn't offered"))
	}
	for key, typ := range readingFields {
		if f, ok := fieldNamed(k.Form.Fields, key); !ok || f.Type != typ {
			faults = append(faults, fmt.Errorf("reading: field %q is no %s of the form", key, typ))
		}
	}
	table, _ := fieldNamed(k.Form.Fields, ReadingReaders)
	if f, ok := columnNamed(table, ReadingPerson); !ok || f.Type != "person" {
		faults = append(faults, fmt.Errorf("reading: table %q has no column %q of people", ReadingReaders, ReadingPerson))
	}
	return errors.Join(faults...)
}
