// Command pocketbase is PocketBase as it comes, with one collection for the comparison:
// `pocketbase fill FILE --dir DIR` makes it out of lines of JSON, with an index that fits
// what is filtered and sorted; `pocketbase serve --dir DIR --dev=false` serves it.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"
	"github.com/pocketbase/pocketbase/tools/types"
	"github.com/spf13/cobra"
)

func main() {
	app := pocketbase.New()
	app.RootCmd.AddCommand(&cobra.Command{
		Use: "fill FILE", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return fill(app, args[0]) },
	})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}

func fill(app core.App, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	c := core.NewBaseCollection("offers")
	c.ListRule, c.ViewRule, c.CreateRule = types.Pointer(""), types.Pointer(""), types.Pointer("") // open: it need not look who asks
	for _, name := range []string{"title", "folded", "coop", "goods", "district", "week", "from", "to", "ref"} {
		c.Fields.Add(&core.TextField{Name: name})
	}
	c.Fields.Add(&core.NumberField{Name: "grams", OnlyInt: true}, &core.NumberField{Name: "floor", OnlyInt: true})
	c.AddIndex("offers_list", false, "district, week, grams desc", "")
	if err := app.Save(c); err != nil {
		return err
	}
	return app.RunInTransaction(func(tx core.App) error {
		in := bufio.NewScanner(f)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			row := dbx.Params{}
			if err := json.Unmarshal(in.Bytes(), &row); err != nil {
				return err
			}
			row["id"] = security.RandomStringWithAlphabet(15, core.DefaultIdAlphabet)
			if _, err := tx.DB().Insert("offers", row).Execute(); err != nil {
				return err
			}
		}
		return in.Err()
	})
}
