package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/recipe"
	"hookline/views"
	"hookline/views/ui"
)

func recipeCrumbs() []ui.Crumb { return []ui.Crumb{{Label: "Recipes", Href: "/recipes"}} }

// listRecipes shows the gallery, or what of it has the words that are looked for. A destination that a link brings
// along is chosen on the pages that follow.
func (s *server) listRecipes(w http.ResponseWriter, r *http.Request) error {
	m := views.RecipeListModel{
		Query:       strings.TrimSpace(r.URL.Query().Get("q")),
		Destination: r.URL.Query().Get("destination"), MayEdit: mayEdit(r),
	}
	m.Query = strings.ToValidUTF8(m.Query[:min(len(m.Query), maxQuery)], "")
	m.Recipes = s.recipes.Search(m.Query)
	m.Page = ui.Page{
		Title: "Recipes", Active: ui.NavRecipes,
		Subtitle: "Webhooks for well-known services that lack nothing but what only you know.",
	}
	if m.MayEdit {
		m.Page.Actions = []ui.Button{
			{Label: "Paste a curl command", Href: views.CurlPath(m.Destination), Icon: "terminal-2"},
			{Label: "Bring an export of Segment or Customer.io", Href: views.ImportPath(m.Destination), Icon: "package-import"},
		}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.RecipeList(m), fragment: views.RecipeCards(m)})
}

func (s *server) theRecipe(r *http.Request) (*recipe.Recipe, error) {
	found, ok := s.recipes.Recipe(r.PathValue("id"))
	if !ok {
		return nil, hookline.NotFound("recipe")
	}
	return found, nil
}

func (s *server) showRecipe(w http.ResponseWriter, r *http.Request) error {
	found, err := s.theRecipe(r)
	if err != nil {
		return err
	}
	f := recipeForm{recipe: found, values: map[string]string{}, target: newTarget(r, found.Name)}
	for _, field := range found.Fields {
		f.values[field.Name] = field.Value
	}
	return s.showRecipeForm(w, r, http.StatusOK, f)
}

// showRecipeForm shows a recipe as it is filled in, with what would be sent.
func (s *server) showRecipeForm(w http.ResponseWriter, r *http.Request, status int, f recipeForm) error {
	m := views.RecipeModel{
		Recipe: f.recipe, Sentence: views.SegmentNames{}.Sentence(f.recipe.Trigger), MayEdit: mayEdit(r), Values: f.values, Trouble: f.trouble,
	}
	s.tellRequest(r.Context(), f.recipe.Template(f.values), exampleOf(f.recipe), hookline.Destination{}, &m.Preview)
	if m.MayEdit && !isHTMX(r) {
		var err error
		if m.Target, err = s.targetModel(r.Context(), f.target); err != nil {
			return err
		}
	}
	m.Page = s.page(w, r, ui.Page{Title: f.recipe.Name, Subtitle: f.recipe.About, Active: ui.NavRecipes, Crumbs: recipeCrumbs()})
	return s.showStatus(w, r, status, view{page: views.Recipe(m), fragment: views.RecipePreview(m)})
}

// previewRecipe serves the preview while somebody types. Nothing is kept, and nothing is wrong yet.
func (s *server) previewRecipe(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readRecipe(r)
	if err != nil {
		return err
	}
	return s.showRecipeForm(w, r, http.StatusOK, f)
}

// exampleOf is the recipe's own example of an event and a person.
func exampleOf(r *recipe.Recipe) compose.Roots {
	var call struct {
		Type          hookline.EventType
		Event, UserID string
	}
	_ = json.Unmarshal([]byte(r.Event), &call) // a test reads every recipe's
	at := time.Now().UTC().Truncate(time.Second)
	return compose.Roots{
		Event: &hookline.Event{
			ID: "evt_example", Type: call.Type, Name: call.Event, UserID: call.UserID, Timestamp: at, ReceivedAt: at, Payload: []byte(r.Event),
		},
		Person: &hookline.Person{ID: "per_example", UserID: call.UserID, Attributes: []byte(r.Person)},
	}
}
