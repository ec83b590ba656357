// Start the design system's components.
import { initAll } from "./built/govuk-frontend.min.js";

initAll();
