// The types of Next's style sheet and image modules; the file that Next writes for it is not in the repository.
/// <reference types="next" />
/// <reference types="next/image-types/global" />
