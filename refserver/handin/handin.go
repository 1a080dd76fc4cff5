// Package handin reads what somebody hands in to be taken into the archive: the package, and the index that says
// what its files are, which lies in it or comes by itself.
package handin

import (
	"bytes"
	"errors"
	"io"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/intake"
)

// MaxPackage is how many bytes a package has at most, and MaxIndex an index.
const (
	MaxPackage = 512 << 20
	MaxIndex   = 10 << 20
)

// ErrNoIndex is that a package has no index, or several that can't be told apart.
var ErrNoIndex = errors.New("handin: the package has no index")

// File is what was sent.
type File struct {
	Name string
	Body io.ReaderAt
	Size int64
}

// Limits are those of a package.
func Limits() intake.Limits {
	return intake.Limits{Size: MaxPackage, Unpacked: 4 * MaxPackage}.WithDefaults()
}

// Read opens a package and reads its index, or the one that came by itself. Errors are *intake.Error, *xlsx.Error
// and ErrNoIndex, else faults of reading. What it gives is good as long as what was sent is.
func Read(form *forms.Form, sent File, index *File) (ismskit.IntakePackage, xlsx.Sheets, error) {
	files, err := intake.Zip(sent.Body, sent.Size, Limits())
	if err != nil {
		return ismskit.IntakePackage{}, xlsx.Sheets{}, err
	}
	out := ismskit.IntakePackage{Name: sent.Name, Files: files}
	var book []byte
	if index != nil {
		if book, err = io.ReadAll(io.NewSectionReader(index.Body, 0, min(index.Size, MaxIndex+1))); err != nil {
			return out, xlsx.Sheets{}, err
		}
		own := intake.NewFile(index.Name, int64(len(book)), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(book)), nil })
		out.Index = &own
	} else {
		within, found := files.Index()
		if !found {
			return out, xlsx.Sheets{}, ErrNoIndex
		}
		r, err := within.Open()
		if err != nil {
			return out, xlsx.Sheets{}, err
		}
		book, err = io.ReadAll(io.LimitReader(r, MaxIndex+1))
		if err = errors.Join(err, r.Close()); err != nil {
			return out, xlsx.Sheets{}, err
		}
		out.Index = &within
	}
	limits := xlsx.Limits{Size: MaxIndex, Rows: ismskit.MaxIntakeLines}
	found, err := xlsx.Read(bytes.NewReader(book), int64(len(book)), xlsx.Wanted{Form: form, Limits: limits}, func(l forms.SheetLine) error {
		out.Lines = append(out.Lines, l)
		return nil
	})
	return out, found, err
}
