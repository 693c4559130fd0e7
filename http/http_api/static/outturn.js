// A file of its own, because the pages' content security policy allows no script inside a page.
import { initAll } from "./govuk-frontend.min.js";

// A browser that runs modules is one GOV.UK Frontend supports.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
