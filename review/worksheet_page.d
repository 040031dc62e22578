review/worksheet_page: review/worksheet_page.c review/worksheet_page.h \
 base/text.h base/error.h base/worker.h review/worksheet.h base/json.h \
 base/digest.h page/rendering.h page/document.h page/canvas.h \
 base/clock.h page/grid.h page/parts.h review/page_pictures.h
review/worksheet_page.h:
base/text.h:
base/error.h:
base/worker.h:
review/worksheet.h:
base/json.h:
base/digest.h:
page/rendering.h:
page/document.h:
page/canvas.h:
base/clock.h:
page/grid.h:
page/parts.h:
review/page_pictures.h:
