# Draws long.xls: python3 long.py (needs python3-xlwt). Strings of one and of two bytes a
# letter, so that the borders of records fall into heads and letters alike.
import datetime
import xlwt

book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("Bảng dài")
day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
for r in range(150):
    sheet.write(r, 0, r)
    sheet.write(r, 1, "dòng %d " % r + "đường " * (r % 37))
    sheet.write(r, 2, "latin %d " % r + "e" * (r * 7 % 211))
    sheet.write(r, 3, r / 7)
    sheet.write(r, 4, datetime.date(2023, 1, 1) + datetime.timedelta(days=r), day)
    sheet.write(r, 5, r % 2 == 0)
    sheet.write(r, 6, 10**9 + r)
hidden = book.add_sheet("Ẩn")
hidden.visibility = 1
hidden.write_merge(1, 2, 1, 3, "gộp 🍊")
hidden.write(4, 0, "x" * 9000 + "đ" * 4000)
book.save("long.xls")
