package filetext

import "strings"

// odf reads the text of an OpenDocument file: paragraphs, headings and cells by line,
// tables and pages with their names.
func (z *zipFile) odf(kind Kind) error {
	if err := z.encrypted(); err != nil {
		return err
	}
	if z.j.body != nil && kind == Odt {
		return z.odtBody()
	}
	if z.j.body != nil && kind == Ods {
		return z.odsBody()
	}
	if err := z.odfPart("content.xml"); err != nil {
		return err
	}
	if z.part("styles.xml") != nil { // headers and footers
		return z.odfPart("styles.xml")
	}
	return nil
}

// encrypted says that the parts of an OpenDocument file open with a password only.
func (z *zipFile) encrypted() error {
	const manifest = "META-INF/manifest.xml"
	if z.part(manifest) == nil {
		return nil
	}
	return z.walk(manifest, visitor{begin: func(e element) error {
		if e.name == "encryption-data" {
			return ErrEncrypted
		}
		return nil
	}})
}

func (z *zipFile) odfPart(part string) error {
	paragraphs := 0
	write := z.j.write
	return z.walk(part, visitor{
		skip: func(name string) bool { return name == "tracked-changes" || name == "script" || name == "binary-data" },
		begin: func(e element) error {
			switch e.name {
			case "p", "h":
				paragraphs++
			case "table":
				return write(strings.TrimSpace(e.attr("name")) + "\n")
			case "tab", "s":
				return write(" ")
			case "line-break":
				return write("\n")
			}
			return nil
		},
		end: func(name string) error {
			switch name {
			case "p", "h":
				paragraphs--
				return write("\n")
			}
			return nil
		},
		text: func(s string) error {
			if paragraphs > 0 {
				return write(s)
			}
			return nil
		},
	})
}
